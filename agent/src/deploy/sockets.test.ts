import { createSocket } from "node:dgram";
import { createServer, type AddressInfo, type Server } from "node:net";
import { readFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { elsewhere, parseSockets, socketsOf } from "./sockets.ts";

async function listening(host: string, ipv6Only = false): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen({ host, port: 0, ipv6Only }, resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test("the kernel's lines become addresses and ports, listening ones alone", async () => {
  const [any, loop, six] = await Promise.all([listening("0.0.0.0"), listening("127.0.0.1"), listening("::1")]);
  const udp = createSocket("udp4");
  await new Promise<void>((resolve) => udp.bind(0, "127.0.0.1", resolve));
  onTestFinished(() => void udp.close());
  const read = async (file: string, state: string) => parseSockets(await readFile(`/proc/self/net/${file}`, "utf8"), state);
  expect(await read("tcp", "0A")).toEqual(expect.arrayContaining([{ address: "0.0.0.0", port: any }, { address: "127.0.0.1", port: loop }]));
  expect(await read("tcp6", "0A")).toEqual(expect.arrayContaining([{ address: "::1", port: six }]));
  expect(await read("udp", "07")).toEqual(expect.arrayContaining([{ address: "127.0.0.1", port: udp.address().port }]));
  const line = (local: string, state: string) => parseSockets(`   0: ${local} 00000000:0000 ${state} 00000000`, state);
  expect(line("0000000000000000FFFF00000100007F:0BB8", "0A")).toEqual([{ address: "127.0.0.1", port: 3000 }]);
  expect(line("000080FE00000000FF6F1A0212345678:0050", "0A")[0]?.address).toMatch(/^fe80:0:0:0:/);
});

test("a process that is not of the container tells nothing", async () => {
  expect(await socketsOf("f".repeat(64), process.pid)).toBeNull();
});

test.each([
  [["tcp 0.0.0.0:3000", "tcp 127.0.0.1:9"], { at: "right" }],
  [["tcp 10.1.0.2:3000"], { at: "right" }],
  [["tcp 127.0.0.1:3000", "tcp 0.0.0.0:8080"], { at: "loopback", address: "127.0.0.1" }],
  [["tcp ::1:3000"], { at: "loopback", address: "::1" }],
  [["tcp :::3000"], { at: "ipv6" }],
  [["tcp 0.0.0.0:8080"], { at: "other", found: "port 8080" }],
  [["tcp 127.0.0.1:8080", "tcp :::9000", "tcp 0.0.0.0:9000"], { at: "other", found: "port 9000 and 127.0.0.1:8080" }],
  [["udp 0.0.0.0:3000"], { at: "udp" }],
  [["udp 0.0.0.0:53"], null],
  [[], null],
])("%j", (lines, expected) => {
  const sockets = lines.map((line) => {
    const [, protocol, address, port] = /^(tcp|udp) (.*):(\d+)$/.exec(line)!;
    return { protocol: protocol as "tcp" | "udp", address: address!, port: Number(port) };
  });
  expect(elsewhere(sockets, { address: "10.1.0.2", port: 3000 })).toEqual(expected);
});
