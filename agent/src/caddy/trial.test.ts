import { createServer as createHttp, request, type RequestListener } from "node:http";
import { createServer as createTcp, type AddressInfo, type Server, type Socket } from "node:net";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { caddyBin } from "../../../test/world/parts.ts";
import { freePort } from "../../../test/world/git/server.ts";
import { accountsOf } from "../sandbox/index.ts";
import { createCaddy, type Caddy, type TrialRequest } from "./index.ts";
import { createTrials } from "./trial.ts";

const account = accountsOf("0198c0de-0000-7000-8000-000000000003")?.caddy ?? null;
const servers: Server[] = [];
let dataDir = "";
let httpPort = 0;
let caddy: Caddy;

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
const http = (answer: RequestListener) => listening(createHttp({ maxHeaderSize: 65_536 }, answer));
/** Reads a request, then does with the connection what it likes. */
const raw = (act: (socket: Socket) => void) =>
  listening(createTcp((socket) => void socket.on("error", () => {}).once("data", () => act(socket))));
const saying = (text: string) => raw((socket) => socket.write(text));

async function tryOnce(port: number, more: Partial<TrialRequest> = {}) {
  const trial = await caddy.trial({ address: "127.0.0.1", port });
  try {
    return await trial.ask({ host: "app.test", path: "/", milliseconds: 60_000, signal: new AbortController().signal, ...more });
  } finally {
    await trial.end();
  }
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "aeroplane-trial-"));
  httpPort = await freePort("127.0.0.1");
  caddy = createCaddy({ dataDir, bin: await caddyBin(), httpAddress: "127.0.0.1", httpPort, account, unit: null });
  await caddy.ensure();
});
afterAll(async () => {
  await caddy?.stop();
  for (const server of servers) server.close();
  await rm(dataDir, { recursive: true, force: true });
});

test("an app is asked as a visitor would ask it, and sees nothing of the ticket", async () => {
  const seen: unknown[] = [];
  const port = await http(({ url, headers }, response) => {
    seen.push({ url, ...headers });
    response.writeHead(302, { location: "/in", "set-cookie": ["a=1; Path=/", "b=2"] }).end();
  });
  expect(await tryOnce(port, { host: "shop.test", path: "/x?y=1", cookie: "c=3" })).toEqual({ kind: "answer", status: 302, location: "/in", cookies: ["a=1", "b=2"] });
  expect(seen).toEqual([expect.objectContaining({ url: "/x?y=1", host: "shop.test", cookie: "c=3", "x-forwarded-proto": "http", "x-forwarded-host": "shop.test", "x-forwarded-for": "127.0.0.1" })]);
  expect(JSON.stringify(seen)).not.toMatch(/aeroplane-tr/i);
});

test("any answer is one: refused, endless, with headers up to 1 MB, or full of lies about itself", async () => {
  const lies = { "x-aeroplane-fault": "1", "x-aeroplane-tried": "no", "x-aeroplane-answered-by": "10.0.0.1:1" };
  const ports = await Promise.all([
    http((_, response) => response.writeHead(500).end()),
    http((_, response) => void response.writeHead(200).write("more")),
    http((_, response) => response.writeHead(200, { "x-large": "x".repeat(20_000) }).end()),
    http((_, response) => response.writeHead(200, Object.fromEntries(Array.from({ length: 90 }, (_, at) => [`x-large-${at}`, "x".repeat(10_000)]))).end()),
    http((_, response) => response.writeHead(418, lies).end()),
  ]);
  expect(await Promise.all(ports.map((port) => tryOnce(port)))).toEqual([500, 200, 200, 200, 418].map((status) => ({ kind: "answer", status, location: null, cookies: [] })));
});

test("what is no answer is told in Caddy's words", async () => {
  const why = async (port: number | Promise<number>) => {
    const answer = await tryOnce(await port);
    return answer.kind === "fault" ? answer.why : answer.kind;
  };
  expect(
    await Promise.all([
      why(freePort("127.0.0.1")),
      why(raw((socket) => socket.destroy())),
      why(saying("SSH-2.0-no\r\n")),
      why(saying("HTTP/1.1 abc OK\r\n\r\n")),
      why(http((_, response) => response.writeHead(200, { "x-large": "x".repeat(1_100_000) }).end())),
      why(saying("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n")),
    ]),
  ).toEqual([
    expect.stringMatching(/^dial tcp .*connection refused$/),
    expect.stringMatching(/EOF|connection reset/),
    expect.stringContaining('malformed HTTP response "SSH-2.0-no"'),
    expect.stringContaining("malformed HTTP status code"),
    expect.stringContaining("response headers exceeded 1048576 bytes"),
    "switched",
  ]);
});

test("silence lasts as long as it is given, and a cancellation ends it at once", async () => {
  const port = await raw(() => {});
  expect(await tryOnce(port, { milliseconds: 200 })).toEqual({ kind: "silent" });
  await expect(tryOnce(port, { signal: AbortSignal.timeout(50) })).rejects.toThrow();
});

test("a ticket is known as long as it is tried; what a crash left is swept, and nothing else", async () => {
  const folder = join(dataDir, "routes", "try");
  await mkdir(join(folder, "left-behind"));
  const port = await http((_, response) => response.end());
  const trial = await caddy.trial({ address: "127.0.0.1", port });
  const ask = () => trial.ask({ host: "app.test", path: "/", milliseconds: 60_000, signal: new AbortController().signal });
  await caddy.sync([]);
  expect([(await readdir(folder)).length, await ask()]).toEqual([1, expect.objectContaining({ kind: "answer" })]);
  await trial.end();
  expect([await readdir(folder), await ask()]).toEqual([[], { kind: "caddy", why: expect.stringContaining("404") }]);
});

test("nobody finds an app on the public server that is only tried", async () => {
  const port = await http((_, response) => response.end("secret"));
  const trial = await caddy.trial({ address: "127.0.0.1", port });
  const [ticket] = await readdir(join(dataDir, "routes", "try"));
  const status = await new Promise((resolve, reject) =>
    request({ host: "127.0.0.1", port: httpPort, headers: { host: "app.test", "x-aeroplane-try": ticket }, agent: false }, (response) => resolve(response.resume().statusCode)).once("error", reject).end(),
  );
  await trial.end();
  expect(status).toBe(404);
});

test("a ticket that could not be opened, or dropped, is remembered by nobody", async () => {
  const full = () => Promise.reject(new Error("full"));
  const kept: number[] = [];
  const sweepTickets = async (keep: ReadonlySet<string>) => void kept.push(keep.size);
  const unopened = createTrials("/nowhere", { openTicket: full, dropTicket: async () => {}, sweepTickets });
  await expect(unopened.begin({ address: "127.0.0.1", port: 1 })).rejects.toThrow("full");
  await unopened.sweep();
  const undropped = createTrials("/nowhere", { openTicket: async () => {}, dropTicket: full, sweepTickets });
  await expect((await undropped.begin({ address: "127.0.0.1", port: 1 })).end()).rejects.toThrow("full");
  await undropped.sweep();
  expect(kept).toEqual([0, 0]);
});
