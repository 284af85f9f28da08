import { expect, test } from "vitest";
import { createJudge } from "./judge.ts";

const judge = createJudge(new Map([["a.test", "one"]]));
const get = (host: string, target = "/", version = "1.1") => judge(Buffer.from(`GET ${target} HTTP/${version}\r\nHost: ${host}\r\n\r\n`, "latin1")).allowed;

test("a plain host is its service and nothing else, and a strange one is nobody's", () => {
  for (const host of ["a.test", "A.TEST", "a.test.", "a.test:80", "a.test:", " a.test\t"]) expect([host, get(host)]).toEqual([host, ["one"]]);
  for (const host of ["b.test", "[::1]:80", "a_b.test"]) expect([host, get(host)]).toEqual([host, ["unknown"]]);
  for (const host of ["..", "a.test..", "a.test,b.test", "*"]) expect([host, get(host)]).toEqual([host, ["unknown", "refused"]]);
  expect(get("b.test", "http://a.test/")).toEqual(["one"]);
  expect(get("a.test", "http://b.test/")).toEqual(["unknown"]);
});

test("what is no host may be refused, and is never another's", () => {
  for (const host of ["../services/one", "{env.HOME}", "b\0.test", "b .test"]) expect([host, get(host)]).toEqual([host, ["refused", "unknown"]]);
  expect(get("a.test:x")).toContain("one");
  expect(judge(Buffer.from("GET / HTTP/1.1\r\n\r\n")).allowed).toEqual(["refused"]);
  expect(judge(Buffer.from("GET / HTTP/1.0\r\n\r\n")).allowed).toEqual(["unknown", "refused"]);
  expect(judge(Buffer.from("GET / HTTP/1.1\r\nHost: a.test\r\nhost: a.test\r\n\r\n")).allowed).toEqual(["refused"]);
});
