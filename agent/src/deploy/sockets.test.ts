import { expect, test } from "vitest";
import { elsewhere, socketsOf } from "./sockets.ts";

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
