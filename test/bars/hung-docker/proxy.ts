// A socket of ours in front of Docker's own, which can hang as an engine does: it accepts, takes what it is told, and says nothing.
import { createConnection, createServer, type Socket } from "node:net";
import { chmod, rm } from "node:fs/promises";

/** The nth request of this name is taken in and not passed on; `answers`: it hangs after so many pieces of what the engine says to such requests. */
export type Trap = { request: string; nth: number; answers?: number };
/** What was taken in is done now, also for those that did not wait, as by a process that was only stopped; or it is lost. */
export type Return = "goes on" | "is started anew";

export type Proxy = {
  socket: string;
  /** Requests that change something since the last call of `forget`, as "POST /containers/create". */
  seen: () => string[];
  /** Pieces of what the engine said to requests of that name since then. */
  answersTo: (request: string) => number;
  forget: () => void;
  /** Hangs from that request on; null: at once. */
  hangAt: (trap: Trap | null) => void;
  hangs: () => boolean;
  /** Those who have asked something of it and got nothing. */
  waiting: () => number;
  release: (how: Return) => void;
  close: () => Promise<void>;
};

const REQUEST = /^(GET|POST|DELETE|PUT|HEAD) (\S+) HTTP\/1\.1\r\n/;

/** A request without ids and versions, so that two runs can be compared. */
function nameOf(chunk: Buffer): string | null {
  const found = REQUEST.exec(chunk.subarray(0, 2000).toString("latin1"));
  if (found === null) return null;
  const path = found[2]!.replace(/\?.*$/, "").replace(/^\/v[\d.]+/, "");
  return `${found[1]} ${path.replace(/^\/(containers|exec|networks)\/(?!create$|json$)[^/]+/, "/$1/ID").replace(/^\/images\/(?!create$|json$).+?(\/tag|\/json|)$/, "/images/ID$1")}`;
}

type Pipe = { client: Socket; engine: Socket; up: Buffer[]; down: Buffer[]; request: string };

export async function startProxy(engine: string, socket: string): Promise<Proxy> {
  const pipes = new Set<Pipe>();
  let seen: string[] = [];
  let answers = new Map<string, number>();
  let trap: (Trap & { left: number }) | null = null;
  let hung = false;

  const flush = ({ client, engine: to, up, down }: Pipe) => {
    for (const chunk of up.splice(0)) to.write(chunk);
    for (const chunk of down.splice(0)) if (client.writable) client.write(chunk);
  };
  function onRequest(pipe: Pipe, name: string) {
    pipe.request = name;
    if (hung) return;
    if (!name.startsWith("GET")) seen.push(name);
    if (trap === null || trap.answers !== undefined || name !== trap.request) return;
    trap.left -= 1;
    hung = trap.left === 0;
  }
  function onAnswer({ request }: Pipe) {
    const count = (answers.get(request) ?? 0) + 1;
    answers.set(request, count);
    if (trap?.answers !== undefined && request === trap.request && count > trap.answers) hung = true;
  }
  function drop(pipe: Pipe) {
    pipes.delete(pipe);
    pipe.client.destroy();
    pipe.engine.destroy();
  }
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const to = createConnection({ path: engine, allowHalfOpen: true });
    const pipe: Pipe = { client, engine: to, up: [], down: [], request: "" };
    pipes.add(pipe);
    client.on("data", (chunk) => {
      const name = nameOf(chunk);
      if (name !== null) onRequest(pipe, name);
      if (hung) pipe.up.push(chunk);
      else to.write(chunk);
    });
    to.on("data", (chunk) => {
      if (!hung) onAnswer(pipe);
      if (hung) pipe.down.push(chunk);
      else if (client.writable) client.write(chunk);
    });
    client.on("end", () => hung || to.end());
    // Whoever does not wait has still asked: the engine learns of it when it goes on.
    client.on("close", () => {
      if (!hung) to.destroy();
    });
    to.on("end", () => hung || client.end());
    to.on("close", () => {
      // Whoever is here is told nothing while it hangs.
      if (!hung) drop(pipe);
    });
    for (const one of [client, to]) one.on("error", () => {});
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(socket, resolve));
  await chmod(socket, 0o600);

  const cut = () => pipes.forEach(drop);
  return {
    socket,
    seen: () => seen,
    answersTo: (request) => answers.get(request) ?? 0,
    forget() {
      seen = [];
      answers = new Map();
    },
    hangAt(wanted) {
      answers = new Map();
      trap = wanted === null ? null : { ...wanted, left: wanted.nth };
      if (wanted === null) hung = true;
    },
    hangs: () => hung,
    waiting: () => [...pipes].filter(({ client, up }) => up.length > 0 && !client.destroyed).length,
    release(how) {
      hung = false;
      trap = null;
      if (how === "is started anew") return cut();
      for (const pipe of pipes) {
        flush(pipe);
        if (pipe.engine.destroyed) {
          pipes.delete(pipe);
          // After what was just written to it.
          pipe.client.destroySoon();
        }
        // It is read to its end and thrown away.
        if (pipe.client.destroyed) pipe.engine.end();
      }
    },
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
      await rm(socket, { force: true });
    },
  };
}
