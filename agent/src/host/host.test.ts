import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { between, parseTicks } from "./meters.ts";
import { readMeters, toolVersions } from "./index.ts";

test("cores used is the busy share of the time between two looks", () => {
  const before = parseTicks("cpu  100 0 100 800 0 0 0 50 0 0\ncpu0 …");
  const after = parseTicks("cpu  150 10 130 1000 100 5 5 90 0 0\ncpu0 …");
  expect(before).toEqual({ busy: 200, total: 1000 });
  expect(between(before, after, 4)).toBe(1);
  expect(between(after, after, 4)).toBe(0);
});

test("reads this machine", async () => {
  const meters = await readMeters(tmpdir());
  expect(meters.memoryUsed).toBeGreaterThan(0);
  expect(meters.memoryUsed).toBeLessThan(meters.memoryTotal);
  expect(meters.diskFree).toBeLessThan(meters.diskTotal);
  expect(meters.cpuUsed).toBeLessThanOrEqual(meters.cores);
});

test("a missing tool is a problem, not an exception", async () => {
  const tools = await toolVersions({ caddy: "/nonexistent/caddy", buildx: "/bin/false" });
  expect(tools.map(({ name, version, problem }) => [name, version, problem?.message])).toEqual([
    ["caddy", null, "Caddy does not answer on this server: there is no /nonexistent/caddy."],
    ["buildx", null, "BuildKit is not available on this server: /bin/false does not run."],
    ["git", expect.stringMatching(/^2\.\d+\.\d+$/), undefined],
  ]);
});
