// One request by Node's own client, and everything that can be seen of what came back.
import { request, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { connect } from "node:net";

/** Where a request goes: the app itself, or the edge before it. */
export type Place = { name: "app" | "edge"; port: number; host: string };

export type Seen = { status: number; version: string; headers: Record<string, string>; body: Buffer; trailers: NodeJS.Dict<string>; interim: string[]; whole: boolean };

export type Call = {
  path: string;
  method?: string;
  headers?: Record<string, string>;
  /** Writes the body and ends the request. */
  send?: (call: ClientRequest) => void | Promise<void>;
  /** Given the parts as they come; the body is kept where there is none. */
  take?: (response: IncomingMessage) => Promise<void>;
  onContinue?: (call: ClientRequest) => void;
};

export function callOf(place: Place, o: Call, signal: AbortSignal): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const interim: string[] = [];
    const call = request({ host: "127.0.0.1", port: place.port, path: o.path, method: o.method ?? "GET", agent: false, maxHeaderSize: 1_048_576, signal, headers: { host: place.host, ...o.headers } });
    call.on("information", ({ statusCode, headers }) => interim.push(`${statusCode} ${JSON.stringify(plain(headers as IncomingHttpHeaders))}`));
    call.on("continue", () => {
      interim.push("100");
      o.onContinue?.(call);
    });
    call.on("response", (response) => {
      const parts: Buffer[] = [];
      const see = () => resolve({ status: response.statusCode ?? 0, version: response.httpVersion, headers: plain(response.headers), body: Buffer.concat(parts), trailers: inOrder(response.trailers), interim, whole: response.complete });
      response.on("error", see);
      response.on("end", see);
      if (o.take) void o.take(response).catch(() => {});
      else response.on("data", (part: Buffer) => parts.push(part));
    });
    call.on("error", reject);
    if (o.send) void Promise.resolve(o.send(call)).catch((error: Error) => call.destroy(error));
    else call.end();
  });
}

/** Their order means nothing, and Go's tables have none. */
const inOrder = <T>(fields: NodeJS.Dict<T>): NodeJS.Dict<T> => Object.fromEntries(Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1)));

/** What every proxy may add or change for its own connection. */
const OWN = new Set(["date", "server", "via", "x-aeroplane-release", "connection", "keep-alive"]);

function plain(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !OWN.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, (name === "trailer" ? String(value).split(/,\s*/).sort().join(", ") : String(value)).slice(0, 100) + (String(value).length > 100 ? ` … ${String(value).length}` : "")] as const).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Bytes on a connection of their own, and all that comes back until it is closed or `milliseconds` of silence are over. */
export function bytesOf(place: Place, bytes: string | string[], milliseconds = 5000): Promise<{ text: string; closed: boolean }> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket = connect(place.port, "127.0.0.1");
    const done = (closed: boolean) => {
      socket.destroy();
      resolve({ text: Buffer.concat(parts).toString("latin1"), closed });
    };
    socket.setTimeout(milliseconds, () => done(false));
    socket.on("connect", async () => {
      for (const part of [bytes].flat()) {
        socket.write(part, "latin1");
        await new Promise((next) => setTimeout(next, 20));
      }
    });
    socket.on("data", (part: Buffer) => parts.push(part));
    socket.on("end", () => done(true));
    socket.on("error", reject);
  });
}

/** A plain answer's first line and body, and how it says where that ends. */
export function toldBy({ text, closed }: { text: string; closed: boolean }) {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [line = "", ...fields] = head.split("\r\n");
  const names = fields.map((field) => field.slice(0, field.indexOf(":")).toLowerCase());
  return { status: line.split(" ")[1], framed: names.filter((name) => ["content-length", "transfer-encoding"].includes(name)), body: rest.join("\r\n\r\n"), closed };
}
