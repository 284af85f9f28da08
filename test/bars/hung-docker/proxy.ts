// A socket of ours in front of Docker's own, which can hang as an engine does: it accepts, takes what it is told, and says nothing.
import { createConnection, createServer, type Socket } from "node:net";
import { chmod, rm } from "node:fs/promises";

export type Proxy = {
  socket: string;
  /** Requests that change something since the last call of `forget`, as "POST /containers/create". */
  seen: () => string[];
  forget: () => void;
  /** Hangs from the next request on that is this one; null: at once. */
  hangAt: (request: string | null) => void;
  hangs: () => boolean;
  /** What was taken in is done now, also for those that did not wait: as an engine does that was only stopped. */
  release: () => void;
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

export async function startProxy(engine: string, socket: string): Promise<Proxy> {
  const pipes = new Set<Pipe>();
  let seen: string[] = [];
  let trap: string | null = null;
  let hung = false;

  type Pipe = { client: Socket; engine: Socket; up: Buffer[]; down: Buffer[] };
  const flush = ({ client, engine: to, up, down }: Pipe) => {
    for (const chunk of up.splice(0)) to.write(chunk);
    for (const chunk of down.splice(0)) if (client.writable) client.write(chunk);
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const to = createConnection({ path: engine, allowHalfOpen: true });
    const pipe: Pipe = { client, engine: to, up: [], down: [] };
    pipes.add(pipe);
    client.on("data", (chunk) => {
      const name = nameOf(chunk);
      if (name !== null && name === trap) hung = true;
      if (name !== null && !name.startsWith("GET") && !hung) seen.push(name);
      if (hung) pipe.up.push(chunk);
      else to.write(chunk);
    });
    to.on("data", (chunk) => {
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
      pipes.delete(pipe);
      if (!hung) client.destroy();
    });
    for (const one of [client, to]) one.on("error", () => {});
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(socket, resolve));
  await chmod(socket, 0o600);
  return {
    socket,
    seen: () => seen,
    forget: () => void (seen = []),
    hangAt(request) {
      trap = request;
      if (request === null) hung = true;
    },
    hangs: () => hung,
    release() {
      hung = false;
      trap = null;
      for (const pipe of pipes) {
        flush(pipe);
        // It is read to its end and thrown away.
        if (pipe.client.destroyed) pipe.engine.end();
      }
    },
    async close() {
      for (const { client, engine: to } of pipes) {
        client.destroy();
        to.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
      await rm(socket, { force: true });
    },
  };
}
