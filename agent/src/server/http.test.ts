import { mkdtempSync, rmSync, statSync } from "node:fs";
import { Agent, createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRooms } from "../api/rooms.fixture.ts";
import { createAgentServer } from "./http.ts";
import { takeLock } from "./lock.ts";
import { listen } from "./sockets.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "aeroplane-server-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const ask = (socketPath: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    request({ socketPath, path: "/" }, (response) => resolve(response.resume().statusCode)).on("error", reject).end();
  });

test("a socket is its login's alone, also where a dead one was left", async () => {
  const path = join(folder, "run", "root.sock");
  const answers = () => createServer((_, response) => response.end());
  const [first, second] = [answers(), answers()];
  await listen(first, { path, login: "root" });
  await listen(second, { path, login: null });
  expect([await ask(path), (statSync(path).mode & 0o777).toString(8)]).toEqual([200, "600"]);
  first.close();
  second.close();
});

test("one agent per folder, until it lets go", () => {
  const path = join(folder, "agent.lock");
  const unlock = takeLock(path)!;
  const refused = takeLock(path);
  unlock();
  const again = takeLock(path);
  expect([refused, typeof again]).toEqual([null, "function"]);
  again?.();
});

test("a call is a POST of JSON that is not too large; everything else is refused, and the connection goes on", async () => {
  const rooms = openRooms();
  const path = join(folder, "agent.sock");
  const server = createAgentServer(rooms.served, "root");
  await listen(server, { path, login: null });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = (method: string, at: string, body: string) =>
    new Promise<{ status: number; code: unknown }>((resolve, reject) => {
      const sent = request({ socketPath: path, agent, method, path: at, headers: { "content-type": "application/json" } }, (response) => {
        let told = "";
        response.setEncoding("utf8").on("data", (text: string) => (told += text));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, code: /"code":"(\w+)"/.exec(told)?.[1] }));
      });
      sent.on("error", reject).end(body);
    });
  const outcomes = [
    await send("POST", "/rpc/instance/hello", '{"json":{}}'),
    await send("GET", "/rpc/instance/hello", ""),
    await send("POST", "/rpc/instance/hello", '{"json":'),
    await send("POST", "/rpc/instance/hello", `{"json":"${"x".repeat(21 * 1024 * 1024)}"}`),
    await send("POST", "/elsewhere", "{"),
    await send("POST", "/rpc/instance/hello", '{"json":{}}'),
  ];
  agent.destroy();
  server.close();
  await rooms.close();
  expect(outcomes).toEqual([
    { status: 200, code: undefined },
    { status: 405, code: undefined },
    { status: 400, code: "BAD_REQUEST" },
    { status: 413, code: "BODY_TOO_LARGE" },
    { status: 404, code: undefined },
    { status: 200, code: undefined },
  ]);
});
