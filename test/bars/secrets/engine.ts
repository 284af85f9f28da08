// A socket of ours in front of Docker's own, which keeps what is asked of it: addresses, and what its builder is told to do.
import { chmod, rm } from "node:fs/promises";
import { createConnection, createServer, type Socket } from "node:net";

const REQUEST = /^(?:GET|POST|DELETE|PUT|HEAD) (\S+) HTTP\/1\.1\r\n/;
/**
 * What the builder is told to do and what it tells of it: both ways all that comes. Of the session beside it the address alone:
 * in it the builder asks for secrets, and gets them.
 */
const BUILDER = /^(?:\/v[\d.]+)?\/grpc\b/;

export type Engine = { socket: string; close: () => Promise<void>; requests: () => number; builds: () => number };

/** Bodies of calls are left out, since a container is told its environment in one. */
export async function recordEngine(engine: string, socket: string, take: (chunk: Buffer) => void): Promise<Engine> {
  const open = new Set<Socket>();
  let requests = 0;
  let builds = 0;
  const server = createServer((client) => {
    const up = createConnection(engine);
    let isBuilder = false;
    for (const end of [client, up]) open.add(end.on("close", () => (open.delete(end), client.destroy(), up.destroy())).on("error", () => {}));
    client.on("data", (chunk) => {
      const asked = REQUEST.exec(chunk.subarray(0, 65_536).toString("latin1"));
      if (asked !== null) {
        requests += 1;
        isBuilder = BUILDER.test(asked[1]!);
        if (isBuilder) builds += 1;
        take(Buffer.from(`${asked[1]} ${decoded(asked[1]!)}\n`));
      }
      if (isBuilder) take(chunk);
      up.write(chunk);
    });
    up.on("data", (chunk) => {
      if (isBuilder) take(chunk);
      client.write(chunk);
    });
    client.on("end", () => up.end());
    up.on("end", () => client.end());
  });
  await rm(socket, { force: true });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  await chmod(socket, 0o666);
  const close = async () => {
    for (const end of open) end.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { socket, close, requests: () => requests, builds: () => builds };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return "";
  }
}
