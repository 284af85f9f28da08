import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { os } from "@orpc/server";
import { WebSocket } from "ws";
import { createWebHost, type WebHost } from "./host.ts";

let folder: string;
let host: WebHost;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "web-"));
  mkdirSync(join(folder, "out/assets"), { recursive: true });
  writeFileSync(join(folder, "secret.json"), "{}");
  writeFileSync(join(folder, "out/index.html"), "<!doctype html>");
  writeFileSync(join(folder, "out/assets/a.js"), "1");
  symlinkSync("../../secret.json", join(folder, "out/assets/link.json"));
  const router = {
    ping: os.handler(() => "pong"),
    servers: { list: os.handler(() => [{ id: "one" }]) },
    known: {
      get: os.handler(({ input }) => {
        if ((input as { id: string }).id !== "one") throw new Error("nobody");
        return { at: 7 };
      }),
    },
  };
  host = await createWebHost({ router, folder: join(folder, "out") });
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<{ status: number; headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port: host.port, path, method, headers }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode!, headers: answer.headers });
    });
    sent.on("error", reject).end();
  });
}

/** How the opening of a socket ends: its chosen protocol, or the status it was refused with. */
function open({ protocols = ["aeroplane", `aeroplane.${host.token}`], origin = `http://127.0.0.1:${host.port}`, hostHeader = `127.0.0.1:${host.port}`, path = "/rpc" } = {}): Promise<string | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}${path}`, protocols, { ...(origin ? { origin } : {}), headers: { host: hostHeader } });
    socket.on("open", () => (resolve(socket.protocol), socket.terminate()));
    socket.on("unexpected-response", (_request, answer) => (resolve(answer.statusCode!), socket.terminate()));
    socket.on("error", () => {});
  });
}

test("serves the window's files, and nothing beside them", async () => {
  const paths = ["/", "/index.html", "/assets/a.js", "/nothing.js", "/assets/link.json", "/../secret.json", "/assets/..%2f..%2fsecret.json", "/assets", "/assets/a.js?x=1"];
  const found = await Promise.all(paths.map(async (path) => [path, (await ask(path)).status]));
  expect(Object.fromEntries(found)).toEqual({
    "/": 200, "/index.html": 200, "/assets/a.js": 200, "/nothing.js": 404, "/assets/link.json": 404, "/../secret.json": 404,
    "/assets/..%2f..%2fsecret.json": 404, "/assets": 404, "/assets/a.js?x=1": 200,
  });
});

test("a page may load its own files only", async () => {
  const { headers } = await ask("/");
  expect(headers["content-security-policy"]).toContain(`default-src 'none'; script-src 'self'`);
  expect(headers["content-security-policy"]).toContain(`connect-src 'self' ws://127.0.0.1:${host.port}`);
  expect([headers["x-content-type-options"], headers["cache-control"], headers["set-cookie"]]).toEqual(["nosniff", "no-store", undefined]);
});

test("foreign names and foreign pages get nothing", async () => {
  const status = async (headers: Record<string, string>, method = "GET") => (await ask("/", headers, method)).status;
  expect([
    await status({ host: "evil.test" }),
    await status({ host: `localhost:${host.port}` }),
    await status({ host: `127.0.0.1:${host.port + 1}` }),
    await status({ origin: "http://evil.test" }),
    await status({ origin: "null" }),
    await status({}, "POST"),
  ]).toEqual([403, 403, 403, 403, 403, 405]);
});

/** What a page gets first: the answer, or the status that it was refused with. */
async function look({ id = "one", token = host.token, origin = `http://127.0.0.1:${host.port}`, method = "POST", at = host.port } = {}): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${at}/first-look/${id}`, { method, headers: { ...(token ? { "x-aeroplane-token": token } : {}), ...(origin ? { origin } : {}) } });
  return answer.ok ? answer.json() : answer.status;
}

test("what a window shows first is told before its socket is open, to our own page with the token alone", async () => {
  const servers = [{ id: "one" }];
  expect([await look(), await look({ id: "" }), await look({ id: "two" })]).toEqual([{ servers, known: { at: 7 } }, { servers, known: null }, { servers, known: null }]);
  expect([
    await look({ token: "" }),
    await look({ token: "A".repeat(host.token.length) }),
    await look({ token: `${host.token}x` }),
    await look({ origin: "" }),
    await look({ origin: "http://evil.test" }),
    await look({ method: "GET" }),
  ]).toEqual([403, 403, 403, 403, 403, 404]);
});

test("where nothing answers what is shown first, the page is told to ask over its link", async () => {
  const other = await createWebHost({ router: {}, folder: join(folder, "out") });
  expect(await look({ at: other.port, token: other.token, origin: `http://127.0.0.1:${other.port}` })).toBeNull();
  await other.close();
});

test("the socket opens only for our own page with the token, which is not echoed", async () => {
  const wrong = `aeroplane.${"A".repeat(host.token.length)}`;
  expect([
    await open(),
    await open({ protocols: ["aeroplane"] }),
    await open({ protocols: ["aeroplane", wrong] }),
    await open({ protocols: [`aeroplane.${host.token}x`] }),
    await open({ origin: "http://evil.test" }),
    await open({ origin: "" }),
    await open({ hostHeader: "evil.test" }),
    await open({ path: "/other" }),
  ]).toEqual(["aeroplane", 403, 403, 403, 403, 403, 403, 403]);
});
