/** What the desktop services are started with. */
export type Start = {
  version: string;
  /** The agent's bundle and the folder of unit files that ship with the app. */
  agentBundle: string;
  resources: string;
  /** The node_modules of the checkout that this runs from; a packaged app has none. */
  packages?: string;
  /** Another config folder than the person's own. */
  folder?: string;
};

/** Dialogs of the system: the host shows them, the services wait for what was chosen. */
export type Asked = { act: "save"; name: string } | { act: "open"; title: string };

export type ToServices =
  /** First of all. */
  | { type: "start"; options: Start }
  /** With one port, which carries the contract. */
  | { type: "port" }
  /** The computer slept. */
  | { type: "wake" }
  /** Null: put away. */
  | { type: "answer"; id: number; path: string | null }
  | { type: "close" };

export type FromServices =
  | { type: "ready" }
  /** They cannot start; the process ends. */
  | { type: "failed"; why: string }
  | { type: "ask"; id: number; asked: Asked }
  | { type: "show"; path: string };

/** A port as both Node's threads and Electron's processes have it. */
export type Port = { postMessage(message: unknown): void; start(): void; close(): void; on(event: "message" | "close", listener: (message: never) => void): unknown };

/** The services' end of the line to their host. */
export type HostLine = {
  /** Messages come in order, from the first one on. */
  listen(listener: (message: ToServices, port: Port | undefined) => void): void;
  post(message: FromServices): void;
  /** Ends this process; `stuck`: a thread of it waits for something that hangs, and would hold the end up. */
  end(code: number, options: { stuck: boolean }): void;
};
