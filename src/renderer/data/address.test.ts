import { expect, test } from "vitest";
import { hopText, parseAddress, parseHops, hostnameFrom } from "./address.ts";

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

test("jump hosts are addresses with commas between, and read back as they are shown", () => {
  const hops = parseHops("jump@bastion, [2001:db8::1]:2200,ssh://ops@inner:2222 ,");
  expect(hops).toEqual([
    { user: "jump", address: "bastion", port: 22 },
    { user: "root", address: "2001:db8::1", port: 2200 },
    { user: "ops", address: "inner", port: 2222 },
  ]);
  expect("wrong" in hops ? hops : parseHops(hops.map(hopText).join(", "))).toEqual(hops);
  expect([parseHops(""), parseHops("good, -bad"), parseHops(Array.from({ length: 9 }, () => "a").join(","))]).toEqual([[], { wrong: "“-bad” is not a hostname or an IP address." }, { wrong: "At most 8 hosts." }]);
});

test.each([
  ["shop.example.com", "shop.example.com"],
  ["https://shop.example.com", "shop.example.com"],
  ["https://Shop.Example.com:8443/cart?x=1#y", "shop.example.com"],
  ["shop.example.com/", "shop.example.com"],
  [" http://me:secret@shop.example.com/ ", "shop.example.com"],
  ["shop.exa", "shop.exa"],
  ["shop.example.com:80", "shop.example.com:80"],
])("of %s the hostname is %s", (pasted, hostname) => expect(hostnameFrom(pasted)).toBe(hostname));
