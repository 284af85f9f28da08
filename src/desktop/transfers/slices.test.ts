import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createSlices } from "./slices.ts";

test("slices are read again until the server has them; a browser is held back meanwhile", async () => {
  const whole = randomBytes(50);
  const slices = createSlices(50);
  await slices.bring(0, whole.subarray(0, 10));
  await slices.bring(10, whole.subarray(10, 20));
  let third = false;
  const held = slices.bring(20, whole.subarray(20, 30)).then(() => (third = true));
  const read = async (at: number) => Buffer.from(await slices.read(at, 100)).equals(whole.subarray(at, at - (at % 10) + 10));
  expect([await read(0), await read(5), await read(25), third]).toEqual([true, true, true, false]);
  slices.taken(10);
  await held;
  await expect(slices.bring(40, whole.subarray(40))).rejects.toMatchObject({ problem: { code: "RAW_OFFSET", values: { wanted: 30, given: 40 } } });
  const later = slices.read(30, 5);
  slices.taken(30);
  await slices.bring(30, whole.subarray(30));
  expect(Buffer.from(await later)).toEqual(whole.subarray(30, 35));
  slices.end(new Error("given up"));
  await expect(slices.bring(50, new Uint8Array())).rejects.toThrow("given up");
});

test("what the server has had for long is not kept", async () => {
  const part = new Uint8Array(4 * 1024 ** 2);
  const slices = createSlices(3 * part.length);
  for (let at = 0; at < 3; at += 1) {
    await slices.bring(at * part.length, part);
    slices.taken((at + 1) * part.length);
  }
  await expect(slices.read(0, 1)).rejects.toMatchObject({ problem: { code: "INTERRUPTED" } });
  expect((await slices.read(2 * part.length, 5)).length).toBe(5);
});
