import { createServer as createHttp } from "node:http";
import { createServer as createTcp, type AddressInfo, type Server } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { probePath, probePort } from "./probe.ts";

const signal = new AbortController().signal;

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
const path = (port: number, at: string, timeoutMs = 2000) =>
  probePath({ address: "127.0.0.1", port, path: at, host: "app.example.test" }, timeoutMs, signal);

test("an answer is good, bad, or nothing at all", async () => {
  const http = await listening(
    createHttp((request, response) => {
      if (request.url === "/slow") return;
      if (request.url === "/cut") return void request.socket.destroy();
      response.statusCode = Number(request.url!.slice(1));
      response.end(request.headers.host);
    }),
  );
  const strange = await listening(createTcp((socket) => void socket.on("error", () => {}).end("SSH-2.0-no\r\n")));
  expect(await Promise.all([path(http, "/204"), path(http, "/302"), path(http, "/503"), path(http, "/cut"), path(http, "/slow", 100), path(strange, "/")])).toEqual([
    { state: "good", answer: "204" },
    { state: "good", answer: "302" },
    { state: "bad", answer: "503" },
    { state: "bad", answer: "nothing" },
    { state: "bad", answer: "nothing" },
    { state: "bad", answer: "something that is not HTTP" },
  ]);
});

test("a port accepts connections or nobody is there", async () => {
  const server = createTcp((socket) => socket.on("error", () => {}).end());
  const port = await listening(server);
  const there = await probePort({ address: "127.0.0.1", port }, 1000, signal);
  await new Promise((resolve) => server.close(resolve));
  const gone = await Promise.all([probePort({ address: "127.0.0.1", port }, 1000, signal), path(port, "/")]);
  expect([there.state, ...gone.map(({ state }) => state)]).toEqual(["good", "away", "away"]);
});
