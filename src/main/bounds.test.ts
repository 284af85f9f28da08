import { expect, test } from "vitest";
import { fitBounds } from "./bounds.ts";

const left = { x: 0, y: 0, width: 1920, height: 1040 };
const right = { x: 1920, y: 0, width: 2560, height: 1400 };
const kept = (fields: object) => JSON.stringify({ x: 2000, y: 80, width: 2200, height: 1200, maximized: false, ...fields });

test("a window comes back where it was", () => {
  expect(fitBounds(kept({}), [left, right])).toEqual({ x: 2000, y: 80, width: 2200, height: 1200, maximized: false });
  expect(fitBounds(kept({ maximized: true }), [left, right]).maximized).toBe(true);
});

test("the monitor of a window is gone: the system places it, as large as it was", () => {
  expect(fitBounds(kept({}), [left])).toEqual({ width: 2200, height: 1200, maximized: false });
  expect(fitBounds(kept({ x: -5000 }), [left, right])).toEqual({ width: 2200, height: 1200, maximized: false });
  // Its upper edge would lie above every screen, or below.
  expect(fitBounds(kept({ y: -900 }), [left, right])).not.toHaveProperty("x");
  expect(fitBounds(kept({ y: 1390 }), [left, right])).not.toHaveProperty("x");
});

test("a smaller monitor stands where it was: the window shrinks to it", () => {
  expect(fitBounds(kept({}), [left, { ...right, width: 1280, height: 800 }])).toEqual({ x: 2000, y: 80, width: 1280, height: 800, maximized: false });
});

test("what cannot be read is a first window", () => {
  const first = { width: 1280, height: 800, maximized: false };
  const texts = [undefined, "", "{", "null", "[]", '{"width":1}', '{"width":"1","height":2}', '{"width":1e999,"height":2}'];
  expect(texts.map((text) => fitBounds(text, [left]))).toEqual(texts.map(() => first));
  expect(fitBounds('{"x":"a","width":10,"height":10}', [left])).toEqual({ width: 960, height: 640, maximized: false });
});
