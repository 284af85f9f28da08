import { expect, test, vi } from "vitest";

vi.mock("../link.ts", () => ({ client: {}, linkState: { subscribe: () => {} } }));
const { lettersOf } = await import("./servers.ts");

test("two letters tell servers apart", () => {
  expect(["fra-1", "This machine", "lab", "203.0.113.20", "10.0.0.7", "ümit", "—"].map(lettersOf)).toEqual(["F1", "TM", "LA", "20", "7", "ÜM", "·"]);
});
