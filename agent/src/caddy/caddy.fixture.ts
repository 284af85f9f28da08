import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll } from "vitest";
import { caddyBin } from "../../../test/world/parts.ts";
import { accountsOf } from "../sandbox/index.ts";
import { createCaddy, type Caddy, type RouteTarget } from "./index.ts";

export const account = accountsOf("0198c0de-0000-7000-8000-000000000002")?.caddy ?? null;

/** A Caddy of the file's own from its first test to its last, and apps behind it; it has no routes when a test begins. */
export function caddyForTests() {
  const servers: Server[] = [];
  const own = {} as { dataDir: string; bin: string; httpPort: number; caddy: Caddy };

  async function app(answer: (path: string) => { status?: number; headers?: Record<string, string>; body: string }): Promise<RouteTarget & { type: "app" }> {
    const server = createServer((request, response) => {
      const { status = 200, headers = {}, body } = answer(request.url ?? "");
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const text = body + Buffer.concat(parts).toString();
        response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(text) }).end(text);
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return { type: "app", addresses: ["127.0.0.1"], port, releaseId: `release-${port}` };
  }

  async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  /** One request written by hand: clients would tidy the host up. */
  function get(host: string, path = "/"): Promise<{ status: number; release: string | null; body: string }> {
    return new Promise((resolve, reject) => {
      const socket = connect(own.httpPort, "127.0.0.1", () => socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`));
      let text = "";
      socket.on("data", (part: Buffer) => (text += part.toString()));
      socket.on("error", reject);
      socket.on("end", () => {
        const [head = "", body = ""] = text.split("\r\n\r\n");
        resolve({ status: Number(head.split(" ")[1]), release: /^x-aeroplane-release: (.*)$/im.exec(head)?.[1] ?? null, body });
      });
    });
  }

  const make = (dataDir = own.dataDir) => createCaddy({ dataDir, bin: own.bin, httpAddress: "127.0.0.1", httpPort: own.httpPort, account, unit: null });
  const confirm = (hostname: string, target: RouteTarget, seconds = 60) => own.caddy.confirm({ serviceName: "web", hostname, target, seconds });

  beforeAll(async () => {
    own.bin = await caddyBin();
    own.dataDir = await mkdtemp(join(tmpdir(), "aeroplane-caddy-"));
    own.httpPort = await freePort();
    own.caddy = make();
    await own.caddy.ensure();
  });
  afterEach(() => own.caddy.sync([]));
  afterAll(async () => {
    await own.caddy?.stop();
    for (const server of servers) server.close();
    await rm(own.dataDir, { recursive: true, force: true });
  });

  return { own, servers, app, freePort, get, make, confirm };
}
