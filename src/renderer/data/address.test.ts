import { expect, test } from "vitest";
import { parseAddress } from "./address.ts";

test("an address is read as a person writes it", () => {
  const written = [
    "root@203.0.113.20",
    " deploy@fra.example.com:2222 ",
    "203.0.113.20",
    "ssh://deploy@host:22/",
    "root@[2001:db8::1]:2200",
    "2001:db8::1",
    "ssh root@host",
    "-oProxyCommand=x@host",
    "root@-host",
    "host:0",
    "host:99999",
    "a b",
    "",
  ];
  expect(written.map((text) => parseAddress(text))).toEqual([
    { user: "root", address: "203.0.113.20", port: 22 },
    { user: "deploy", address: "fra.example.com", port: 2222 },
    { user: "root", address: "203.0.113.20", port: 22 },
    { user: "deploy", address: "host", port: 22 },
    { user: "root", address: "2001:db8::1", port: 2200 },
    { user: "root", address: "2001:db8::1", port: 22 },
    { user: "root", address: "host", port: 22 },
    { wrong: "“-oProxyCommand=x” is not a user name." },
    { wrong: "“-host” is not a hostname or an IP address." },
    { wrong: "0 is not a port: 1 to 65535." },
    { wrong: "99999 is not a port: 1 to 65535." },
    { wrong: "“a b” is not a hostname or an IP address." },
    { wrong: "An address such as root@203.0.113.20" },
  ]);
});
