import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { chooseMirrors } from "./images/mirrors.ts";
import { withLock } from "./lock.ts";
import { isAlive, kept, ownerOf, thisOwner } from "./owner.ts";

const home = mkdtempSync(join(tmpdir(), "aeroplane-lock-"));
const place = () => join(mkdtempSync(join(home, "lock-")), "one.lock");
afterAll(() => rmSync(home, { recursive: true, force: true }));

test("one holder at a time, and the lock is gone afterwards", async () => {
  const path = place();
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} in`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    order.push(`${name} out`);
  };
  await Promise.all([withLock(path, work("a")), withLock(path, work("b"))]);
  expect(["a in,a out,b in,b out", "b in,b out,a in,a out"]).toContain(order.join());
  expect(existsSync(path)).toBe(false);
});

test("the lock of a dead process is free", async () => {
  const path = place();
  writeFileSync(path, ownerOf(spawnSync("true").pid));
  expect(await withLock(path, async () => "mine", { within: 60_000 })).toBe("mine");
});

test("an owner is its pid and its start: another process with the same pid is not it", () => {
  const gone = ownerOf(spawnSync("true").pid);
  expect(
    [thisOwner, `${thisOwner}.run`, `${process.pid}.1`, gone, `${kept}.person`].map(isAlive),
  ).toEqual([true, true, false, false, true]);
});

test("mirrors are read from apt's own list", () => {
  const targets =
    "http://m/debian-security/ bookworm-security\nhttp://other/apt cloud-sdk\nhttp://m/debian/ bookworm-updates\nhttp://m/debian/ bookworm\n";
  expect(chooseMirrors(targets)).toEqual({
    main: "http://m/debian/",
    security: "http://m/debian-security/",
  });
  expect(() => chooseMirrors("http://other/ubuntu noble\n")).toThrow("names no Debian archive");
});
