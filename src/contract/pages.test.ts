import { expect, test } from "vitest";
import { everyPage } from "./pages.ts";

test.each([0, 1, 100, 201])("all of %i come, each once, in their order", async (count) => {
  const ids = Array.from({ length: count }, (_, index) => ({ id: String(index).padStart(4, "0") }));
  const asked: (string | undefined)[] = [];
  const found = await everyPage(async ({ after, limit }) => {
    asked.push(after);
    return ids.filter(({ id }) => after === undefined || id > after).slice(0, limit);
  });
  expect([found, asked.length]).toEqual([ids, Math.floor(count / 100) + 1]);
});
