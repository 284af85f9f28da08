import { expect, test } from "vitest";
import type { TrialAnswer } from "../caddy/index.ts";
import { circleFrom } from "./redirects.ts";
import { seenIn } from "./seen.ts";

test.each([
  ["dial tcp 10.1.0.2:3000: connect: connection refused", { state: "away", refused: true }],
  ["dial tcp 10.1.0.2:3000: i/o timeout", { state: "away", refused: false }],
  ["EOF", { state: "closed" }],
  ["net/http: HTTP/1.x transport connection broken: unexpected EOF", { state: "closed" }],
  ["read tcp 10.1.0.1:5->10.1.0.2:3000: read: connection reset by peer", { state: "closed" }],
  ["net/http: server response headers exceeded 1048576 bytes; aborted", { state: "large-headers" }],
  [`net/http: HTTP/1.x transport connection broken: malformed HTTP response "SSH-2.0-no"`, { state: "strange", said: `it says "SSH-2.0-no"` }],
  [`net/http: HTTP/1.x transport connection broken: malformed HTTP status code "abc"`, { state: "strange", said: `malformed HTTP status code "abc"` }],
  ["something new", { state: "strange", said: "something new" }],
])("%s", (why, seen) => {
  expect(seenIn({ kind: "fault", why }, { path: null, statuses: null })).toEqual(seen);
});

test("any answer is good where no health path is set, 200 to 399 where one is, and what is named where statuses are", () => {
  const answer = (status: number): TrialAnswer => ({ kind: "answer", status, location: null, cookies: [] });
  const states = (path: string | null, statuses: string | null = null) => [200, 302, 399, 400, 404, 500].map((status) => seenIn(answer(status), { path, statuses }).state);
  expect([states(null), states("/health"), states("/health", "200, 400-404"), states(null, "500")]).toEqual([
    ["good", "good", "good", "good", "good", "good"],
    ["good", "good", "good", "bad-status", "bad-status", "bad-status"],
    ["good", "bad-status", "bad-status", "good", "good", "bad-status"],
    ["bad-status", "bad-status", "bad-status", "bad-status", "bad-status", "good"],
  ]);
});

type Site = Record<string, { to?: string; cookies?: string[] }>;
const follow = (site: Site, path = "/") =>
  circleFrom("app.test", path, async (at, cookie) => {
    const { to, cookies = [] } = site[`${at} ${cookie}`] ?? site[at] ?? {};
    return { kind: "answer", status: to === undefined ? 200 : 302, location: to ?? null, cookies };
  });

test("redirects that end, lead elsewhere or wait for a cookie are none in circles", async () => {
  expect(
    await Promise.all([
      follow({ "/": { to: "/a" }, "/a": { to: "b?x=1" }, "/b?x=1": {} }),
      follow({ "/": { to: "https://app.test/" } }),
      follow({ "/": { to: "http://other.test/" } }),
      follow({ "/": { to: "/", cookies: ["seen=1"] }, "/ seen=1": {} }),
      follow({ "/": { to: "/" } }),
      follow({ "/": { to: "http://app.test/a" }, "/a": { to: "/" } }),
      follow(Object.fromEntries(Array.from({ length: 40 }, (_, at) => [at === 0 ? "/" : `/${at}`, { to: `/${at + 1}` }]))),
    ]),
  ).toEqual([null, null, null, null, "/", "/", "/21"]);
});
