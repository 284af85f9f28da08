import { expect, test } from "vitest";
import { meterWords, standsWords } from "./meters.ts";

const MB = 1024 ** 2;
const meters = (...instances: [number | null, number | null][]) => ({
  serviceId: "s",
  memoryLimit: 512 * MB,
  processorLimit: 2,
  instances: instances.map(([memory, processors], at) => ({ id: `i${at}`, ordinal: at + 1, memory: memory === null ? null : memory * MB, processors })),
});

test("what is used is said of what there is, of each instance where there are several, and what is not known as that", () => {
  expect([meterWords(meters([128, 0.1])), meterWords(meters([null, null])), meterWords(meters([128, 1.5], [64, null]))]).toEqual([
    { all: "Memory 128 MB of 512 MB · 0.1 of 2 processors", each: [] },
    { all: "Memory not known · processors not known", each: [] },
    {
      all: "Memory 192 MB of 1 GB · 1.5 of 4 processors",
      each: ["Instance 1 · Memory 128 MB of 512 MB · 1.5 of 2 processors", "Instance 2 · Memory 64 MB of 512 MB · processors not known"],
    },
  ]);
});

test("how long it stands so is told as long as that is short, and then since which day", () => {
  const at = Date.UTC(2026, 10, 3, 12);
  expect([1000, 14_000, 3 * 3_600_000, 9 * 86_400_000].map((past) => standsWords(at, at + past))).toEqual(["just now", "for 14 s", "for 3 h", "since 3 Nov 2026"]);
});
