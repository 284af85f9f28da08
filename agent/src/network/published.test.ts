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

test("where the kernel cannot pick, the first container gets everything, and nothing that could pick is asked for", () => {
  const [rule] = publishedRules("t", [port({ live: ["10.192.0.2", "10.192.0.3"] })], [], { spread: false }).filter((line) => line.includes("dport"));
  expect(rule).toBe('add rule ip t published tcp dport 5432 counter dnat to 10.192.0.2:5000 comment "s"');
});

test("where nothing is published, or nothing is live behind it, the kernel is asked for nothing", () => {
  expect([rules(), rules(port({ live: [] }))]).toEqual([[], []]);
});

test("doors are told apart by whose they are and which way they lead", () => {
  const rule = (way: string, comment: string) => `-A DOCKER-USER ${way} -m comment --comment ${comment} -m conntrack --ctstate DNAT -j ACCEPT`;
  const said = ["-N DOCKER-USER", rule("-i ap1-0", "aeroplane_1"), rule("-o ap1-0", "aeroplane_1"), rule("-o ap2-0", '"aeroplane_2"'), "-A DOCKER-USER -j RETURN", ""].join("\n");
  expect([doorsIn(said, "aeroplane_1"), doorsIn(said, "aeroplane_2"), doorsIn(said, "other")]).toEqual([[{ way: "-i", bridge: "ap1-0" }, { way: "-o", bridge: "ap1-0" }], [{ way: "-o", bridge: "ap2-0" }], []]);
});
