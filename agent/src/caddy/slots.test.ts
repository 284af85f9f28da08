import { lutimes, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HOLD_SECONDS, nobody, SLOT_ADDRESSES, slotFolder } from "./place.ts";
import { createSlots } from "./slots.ts";
import type { RouteTarget } from "./target.ts";

let dataDir = "";
let slots: ReturnType<typeof createSlots>;
const none: ReadonlySet<number> = new Set();

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "aeroplane-slots-"));
  await mkdir(join(dataDir, "routes", "slots"), { recursive: true });
  slots = createSlots(dataDir);
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const appOf = (...addresses: string[]): RouteTarget => ({ type: "app", addresses, port: 3000, releaseId: "r1" });
const addressesAt = (slot: number) => Promise.all(SLOT_ADDRESSES.map((name) => readFile(join(slotFolder(dataDir, slot), name), "utf8")));
const releaseAt = (slot: number) => readFile(join(slotFolder(dataDir, slot), "release"), "utf8");
/** As if the slot had last been written longer ago than anybody waits. */
const age = (slot: number) => lutimes(slotFolder(dataDir, slot), 0, Date.now() / 1000 - 2 * HOLD_SECONDS);

test("a slot says nobody, then the app's addresses in turn with their release", async () => {
  await slots.close(0);
  expect(await addressesAt(0)).toEqual(SLOT_ADDRESSES.map(() => nobody(dataDir)));
  expect(await releaseAt(0)).toBe("");
  await slots.open(0, appOf("10.0.0.2", "10.0.0.3"));
  expect(await addressesAt(0)).toEqual(["10.0.0.2:3000", "10.0.0.3:3000", "10.0.0.2:3000", "10.0.0.3:3000"]);
  expect(await releaseAt(0)).toBe("r1");
  await slots.close(0);
  expect(await addressesAt(0)).toEqual(SLOT_ADDRESSES.map(() => nobody(dataDir)));
  expect(await readdir(join(dataDir, "routes", "slots", "at"))).toEqual(["nobody"]);
});

test("nobody else gets a slot while requests may still wait at it, whatever became of its service", async () => {
  await slots.close(0);
  // Held for long, then the service is stopped: requests that came a moment ago still wait.
  await age(0);
  await slots.open(0, null);
  expect(await slots.free(none)).toBe(1);
  // Its app is named and dies at once: those who have not got through still try.
  await slots.open(0, appOf("10.0.0.2"));
  expect(await slots.free(none)).toBe(1);
  await age(0);
  expect(await slots.free(none)).toBe(0);
  expect(await slots.free(new Set([0]))).toBe(1);
});
