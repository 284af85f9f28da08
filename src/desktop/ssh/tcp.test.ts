import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createResolver } from "./resolve.ts";
import { openTcp } from "./tcp.ts";

test("a connection is opened once, without Nagle's wait, by name or address", async () => {
  let met = 0;
  const server = createServer(() => (met += 1)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  for (const host of ["127.0.0.1", "localhost"]) (await openTcp(host, port)).destroy();
  server.close();
  await once(server, "close");
  expect(met).toBe(2);
  await expect(openTcp("127.0.0.1", port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test.skipIf(process.platform !== "linux")("a host that drops every packet is met soon after it stops to", async () => {
  // A stopped program with a full backlog: its kernel drops what comes next, as a cut network does.
  const child = spawn(process.execPath, ["-e", `const s = require("net").createServer(); s.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => console.log(s.address().port))`], { stdio: ["ignore", "pipe", "inherit"] });
  const port = Number(String((await once(child.stdout, "data"))[0]));
  child.kill("SIGSTOP");
  const filling = Array.from({ length: 4 }, () => connect(port, "127.0.0.1").on("error", () => {}));
  try {
    await expect(openTcp("127.0.0.1", port, { seconds: 0.5, row: [100] })).rejects.toMatchObject({ code: "ETIMEDOUT" });
    const off = new AbortController();
    const cancelled = openTcp("127.0.0.1", port, { signal: off.signal }).catch((error: Error) => error.name);
    off.abort();
    expect(await cancelled).toBe("AbortError");
    const met = openTcp("127.0.0.1", port, { row: [100] });
    child.kill("SIGCONT");
    (await met).destroy();
  } finally {
    for (const socket of filling) socket.destroy();
    child.kill("SIGKILL");
  }
});

test("while the name service does not answer, the last right address is used; two are asked at a time", async () => {
  const open: { host: string; answer(address: string | null): void }[] = [];
  const resolve = createResolver(
    (host) => new Promise((yes, no) => open.push({ host, answer: (address) => (address ? yes([{ address, family: 4 }]) : no(new Error("EAI_AGAIN"))) })),
  );
  const turn = () => new Promise((next) => setImmediate(next));
  const first = resolve("a");
  await turn();
  open.shift()!.answer("10.0.0.1");
  expect(await first).toEqual([{ address: "10.0.0.1", family: 4 }]);
  const again = resolve("a");
  const others = ["b", "c"].map((host) => resolve(host).catch((error: Error) => error.message));
  await turn();
  expect(open.map(({ host }) => host)).toEqual(["a", "b"]);
  expect(await again).toEqual([{ address: "10.0.0.1", family: 4 }]);
  open.shift()!.answer(null);
  open.shift()!.answer(null);
  await turn();
  open.shift()!.answer(null);
  expect(await Promise.all(others)).toEqual(["EAI_AGAIN", "EAI_AGAIN"]);
});
