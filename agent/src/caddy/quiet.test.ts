import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { expect, test } from "vitest";
import { connections, nobodyIsConnected } from "./quiet.ts";

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
