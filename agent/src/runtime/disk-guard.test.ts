import { expect, test } from "vitest";
import { fillerAmong, floorOf } from "./disk-guard.ts";

const GiB = 1024 ** 3;
const layer = (serviceId: string, written: number) => ({ container: `c-${serviceId}`, serviceId, written });

test("a tenth of a small disk and a GiB of a large one stay free", () => {
  expect([floorOf(2 * GiB), floorOf(500 * GiB)]).toEqual([0.2 * GiB, GiB]);
});

test("who has written most is the filler, and nobody where that would free too little", () => {
  const layers = [layer("a", 2 * GiB), layer("b", 5 * GiB), layer("c", 100)];
  expect([fillerAmong(layers, GiB)?.serviceId, fillerAmong(layers, 6 * GiB), fillerAmong([], 1)]).toEqual(["b", undefined, undefined]);
});
