import { globSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diskRoom, freeSpace, refuseFull, roomFor } from "./disk.ts";

/** A file system of its own on every Linux. */
const OTHER = "/dev/shm";

test("what is not there yet has the room of the folder that it will lie in", async () => {
  const path = join(OTHER, "none-of-this", "is/there");
  await expect(diskRoom(path)).rejects.toMatchObject({ code: "ENOENT" });
  expect((await roomFor(path)).total).toBe((await diskRoom(OTHER)).total);
  expect(await freeSpace(path)).toMatch(/^[\d.]+ [kMGT]?B$/);
});

test("what would leave less than apps need is refused", async () => {
  const { free, total, inodes } = await diskRoom(tmpdir());
  expect(free).toBeLessThanOrEqual(total);
  expect(inodes === null || inodes.free <= inodes.total).toBe(true);
  await expect(refuseFull(tmpdir(), total)).rejects.toMatchObject({ problem: { code: "DISK_FULL", values: { path: tmpdir() } } });
});

test("nobody else reads what a file system has free", () => {
  const all = globSync("**/*.ts", { cwd: join(import.meta.dirname, "..") }).filter((file) => !file.endsWith(".test.ts"));
  expect(all.length).toBeGreaterThan(300);
  expect(all.filter((file) => /\bstatfs/.test(readFileSync(join(import.meta.dirname, "..", file), "utf8")))).toEqual(["host/disk.ts"]);
});
