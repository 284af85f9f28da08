import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { afterEach, expect, test } from "vitest";
import { socketFetch } from "./http.ts";

const undo: (() => void)[] = [];
afterEach(() => undo.splice(0).forEach((act) => act()));

async function rig(answer: (request: IncomingMessage, response: ServerResponse) => void, { keepAliveTimeout = 60_000 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "http-"));
  const path = join(folder, "socket");
  const server = createServer({ keepAliveTimeout }, answer).listen(path);
  undo.push(() => (server.closeAllConnections(), server.close(), rmSync(folder, { recursive: true })));
  await once(server, "listening");
  const sockets: Socket[] = [];
  const doubts: number[] = [];
  const way: { open(): Promise<Duplex> } = {
    open: async () => {
      const socket = connect(path);
      sockets.push(socket);
      return socket;
    },
  };
  const over = socketFetch(() => way.open(), { onDoubt: () => doubts.push(performance.now()) });
  undo.push(over.close);
  const get = (lane: Parameters<typeof over.send>[1] = "call", init: RequestInit = {}) => over.send(new Request("http://agent/x", init), lane);
  return { over, get, sockets, doubts, way, server };
}

const text = (response: Promise<Response>) => response.then((answer) => answer.text());
const failed = (work: Promise<unknown>) => work.then(() => "answered", (error: Error) => error.name + ": " + error.message);

test("calls in turn share a connection, calls at once have their own, and none waits for another", async () => {
  const held: ServerResponse[] = [];
  const { get, sockets } = await rig((request, response) => (request.method === "POST" ? held.push(response) : response.end("ok")));
  for (let round = 0; round < 3; round += 1) await text(get());
  expect(sockets.length).toBe(1);
  const slow = Array.from({ length: 20 }, () => text(get("call", { method: "POST", body: "x" })));
  expect(await text(get())).toBe("ok");
  while (held.length < 20) await new Promise((turn) => setImmediate(turn));
  for (const response of held) response.end("late");
  expect(await Promise.all(slow)).toEqual(Array(20).fill("late"));
});

test("closing ends every call, also one whose connection is still being opened", async () => {
  const { over, get, way } = await rig(() => {});
  const sent = failed(get());
  way.open = () => new Promise(() => {});
  const opening = [failed(get("call", { method: "POST", body: "x" })), failed(get("stream")), failed(get("beat"))];
  const aborted = new AbortController();
  const cancelled = failed(get("call", { signal: aborted.signal }));
  await new Promise((turn) => setTimeout(turn, 20));
  aborted.abort();
  expect(await cancelled).toContain("AbortError");
  over.close();
  expect(await Promise.all([sent, ...opening, failed(get())])).toEqual(Array(5).fill("Error: The connection to the agent is closed."));
});

test("a kept connection that the far end closed is not used again", async () => {
  const { get, sockets } = await rig((_request, response) => response.end("ok"), { keepAliveTimeout: 30 });
  expect(await text(get())).toBe("ok");
  // Node adds a second to what it was told; the far end's close arrives like that of an agent after ten minutes.
  await expect.poll(() => sockets[0]!.destroyed).toBe(true);
  expect(await text(get())).toBe("ok");
  expect(sockets.length).toBe(2);
});

test("an unanswered call and a broken one are reasons for doubt; a beat and a cancelled call are none", async () => {
  let drop = false;
  const { get, doubts } = await rig((request, response) => void (drop ? request.socket.destroy() : setTimeout(() => response.end("ok"), 1200)));
  await text(get("beat"));
  expect(doubts.length).toBe(0);
  await text(get());
  expect(doubts.length).toBe(1);
  drop = true;
  expect(await failed(get("call", { method: "POST", body: "x" }))).not.toBe("answered");
  // Two of it where a pause comes between: it is unanswered first, then broken.
  expect(doubts.length).toBeGreaterThan(1);
});

test("a connection that was closed before it was handed over ends its call", async () => {
  const { get, over, way, doubts } = await rig(() => {});
  const open = way.open;
  way.open = async () => {
    const socket = (await open()) as Socket;
    socket.on("error", () => {}).destroy();
    await once(socket, "close");
    return socket;
  };
  const closed = "Error: The connection was closed as soon as it was open.";
  expect([await failed(get("beat")), doubts.length]).toEqual([closed, 0]);
  expect(await Promise.all([failed(get("call")), failed(get("stream"))])).toEqual([closed, closed]);
  expect(await failed(over.exchange({ method: "GET", path: "/x", headers: {} }).answer)).toContain("closed");
  expect(doubts.length).toBeGreaterThan(1);
});
