import { createSocket } from "node:dgram";
import { createServer, type AddressInfo, type Server } from "node:net";
import { readFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { addressOf, CLOSE, LISTEN, readSockets } from "./socket-table.ts";

async function listening(host: string): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen({ host, port: 0 }, resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test("the kernel's own tables are read: who listens where, and what is bound", async () => {
  const [any, loop, six] = await Promise.all([listening("0.0.0.0"), listening("127.0.0.1"), listening("::1")]);
  const udp = createSocket("udp4");
  await new Promise<void>((resolve) => udp.bind(0, "127.0.0.1", resolve));
  onTestFinished(() => void udp.close());
  const found = async (file: string, port: number) => readSockets(await readFile(`/proc/self/net/${file}`, "utf8"), port).map((row) => [addressOf(row), row.port, row.state, row.unread, /^[1-9]\d*$/.test(row.inode)]);
  expect(await found("tcp", any)).toEqual([["0.0.0.0", any, LISTEN, 0, true]]);
  expect(await found("tcp", loop)).toEqual([["127.0.0.1", loop, LISTEN, 0, true]]);
  expect(await found("tcp6", six)).toEqual([["::1", six, LISTEN, 0, true]]);
  expect(await found("udp", udp.address().port)).toEqual([["127.0.0.1", udp.address().port, CLOSE, 0, true]]);
  expect(readSockets(await readFile("/proc/self/net/tcp", "utf8")).map(({ port }) => port)).toEqual(expect.arrayContaining([any, loop]));
});

test("one port is the local one's, whatever stands at the other end; a line that is no row is none", () => {
  const table = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    "   0: 0100007F:0050 0100007F:D2F0 01 00000100:0000001F 00:00000000 00000000     0        0 4711 1 0 20 4 30 10 -1",
    "   1: 0100007F:D2F0 0100007F:0050 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1",
    "torn",
    "",
  ].join("\n");
  expect(readSockets(table, 80)).toEqual([{ host: "0100007F", port: 80, state: "01", unread: 31, inode: "4711" }]);
  expect([readSockets(table).length, readSockets(table, 443), readSockets("")]).toEqual([2, [], []]);
});

test("addresses are read in the order of the machine, IPv4 within IPv6 as itself", () => {
  const read = (host: string) => addressOf({ host });
  expect(read("0000000000000000FFFF00000100007F")).toBe("127.0.0.1");
  expect(["00000000", "00000000000000000000000000000000", "00000000000000000000000001000000"].map(read)).toEqual(["0.0.0.0", "::", "::1"]);
  expect(read("000080FE00000000FF6F1A0212345678")).toMatch(/^fe80:0:0:0:/);
});
