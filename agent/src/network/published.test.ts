import { expect, test } from "vitest";
import { doorsIn } from "./doors.ts";
import { publishedRules, type PublishedPort } from "./published.ts";

const port = (more: Partial<PublishedPort>): PublishedPort => ({ port: 5432, target: 5000, protocol: "tcp", address: "0.0.0.0", live: ["10.192.0.2"], service: "s", ...more });
const rules = (...ports: PublishedPort[]) => publishedRules("t", ports, [{ subnet: "10.192.0.0/24" }]).filter((line) => line.startsWith("add rule")).map((line) => line.replace("add rule ip t ", ""));

test("a port leads to the live containers, by its address alone where it has one", () => {
  expect(rules(port({}), port({ port: 53, protocol: "udp", address: "203.0.113.7", live: ["10.192.0.2", "10.192.0.3"] })).slice(0, 2)).toEqual([
    'published tcp dport 5432 counter dnat to 10.192.0.2:5000 comment "s"',
    'published ip daddr 203.0.113.7 udp dport 53 counter dnat to numgen random mod 2 map { 0 : 10.192.0.2, 1 : 10.192.0.3 }:5000 comment "s"',
  ]);
});

test("where nothing is published, or nothing is live behind it, the kernel is asked for nothing", () => {
  expect([rules(), rules(port({ live: [] }))]).toEqual([[], []]);
});

test("doors are told apart by whose they are", () => {
  const said = "-N DOCKER-USER\n-A DOCKER-USER -o ap1-0 -m conntrack --ctstate DNAT -m comment --comment aeroplane_1 -j ACCEPT\n-A DOCKER-USER -o ap2-0 -m comment --comment \"aeroplane_2\" -j ACCEPT\n-A DOCKER-USER -j RETURN\n";
  expect([doorsIn(said, "aeroplane_1"), doorsIn(said, "aeroplane_2"), doorsIn(said, "other")]).toEqual([["ap1-0"], ["ap2-0"], []]);
});
