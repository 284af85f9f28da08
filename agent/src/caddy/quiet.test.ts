import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { expect, test } from "vitest";
import { connections, nobodyIsConnected, somethingIsUnread, unread } from "./quiet.ts";

test("a port with a connection is not quiet, also while nothing is said on it", async () => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  expect(await nobodyIsConnected(port)).toBe(true);
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const client = connect(port, "127.0.0.1");
  const [socket] = await accepted;
  expect(await nobodyIsConnected(port)).toBe(false);
  client.destroy();
  socket.destroy();
  await once(server.close(), "close");
  await expect.poll(() => nobodyIsConnected(port)).toBe(true);
});

test("what listens and what waits for its time to pass is nobody; another port is another's", () => {
  const row = (local: string, state: string) => `   0: 0100007F:${local} 0100007F:D2F0 ${state} 00000000:00000000`;
  expect(["0A", "06", "01", "08"].map((state) => connections(row("0050", state), 80))).toEqual([0, 0, 1, 1]);
  expect(connections(row("1F90", "01"), 80)).toBe(0);
});

test("what has come and was not read is told, and so is a connection that nobody has accepted", async () => {
  const server = createServer({ pauseOnConnect: true });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const client = connect(port, "127.0.0.1");
  const [socket] = await accepted;
  expect(await somethingIsUnread(port)).toBe(false);
  client.write("GET");
  await expect.poll(() => somethingIsUnread(port)).toBe(true);
  socket.resume();
  await expect.poll(() => somethingIsUnread(port)).toBe(false);
  client.destroy();
  server.close();
  const row = (state: string, queues: string) => `   0: 0100007F:0050 0100007F:D2F0 ${state} ${queues} 00:00000000`;
  expect([row("0A", "00000000:00000002"), row("01", "00000100:00000000"), row("01", "00000000:0000001F")].map((one) => unread(one, 80))).toEqual([1, 0, 1]);
});
