import { expect, test } from "vitest";
import { parseRange, parseRoutes } from "./ranges.ts";
import { blockOf, chooseSubnet, freeAddresses, freeVirtualAddress, planOf } from "./subnet.ts";

test("a block is chosen that neither a route nor another network touches", () => {
  const taken = [parseRange("10.192.1.0/24"), parseRange("10.192.2.128/25"), parseRange("172.17.0.0/16")];
  expect([chooseSubnet([]), chooseSubnet(taken), chooseSubnet([...taken, blockOf("10.192.4.0/24")])]).toEqual([
    "10.192.0.0/24",
    "10.192.4.0/24",
    "10.192.6.0/24",
  ]);
});

test("a host whose routes cover the whole pool is told so", () => {
  expect(() => chooseSubnet([parseRange("10.0.0.0/8")])).toThrow("No free private network range");
});

test("the plan of a subnet names its gateway, its virtual half and its block", () => {
  expect(planOf("10.192.4.0/24")).toEqual({
    subnet: "10.192.4.0/24",
    gateway: "10.192.4.1",
    virtualRange: "10.192.5.0/24",
    block: "2",
  });
});

test("addresses are handed out from the lowest free one, until none is left", () => {
  const all = freeAddresses("10.192.4.0/24", 1000, []);
  expect([
    freeAddresses("10.192.4.0/24", 1, []),
    freeAddresses("10.192.4.0/24", 2, ["10.192.4.2", "10.192.4.4"]),
    freeVirtualAddress("10.192.4.0/24", ["10.192.5.1"]),
    [all.length, all.at(-1)],
    freeAddresses("10.192.4.0/24", 3, all.slice(1)),
  ]).toEqual([["10.192.4.2"], ["10.192.4.3", "10.192.4.5"], "10.192.5.2", [253, "10.192.4.254"], ["10.192.4.2"]]);
});

test("routes are read as the kernel prints them, without the default route", () => {
  const table = [
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
    "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
    "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
  ].join("\n");
  expect(parseRoutes(table)).toEqual([parseRange("172.17.0.0/16")]);
});
