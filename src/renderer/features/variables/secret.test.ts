import type { Variable } from "@aeroplane/agent/contract";
import { expect, test } from "vitest";
import { keepsSecrets, notKept } from "./secret.ts";

const variable = (name: string, kind?: Variable["kind"]): Variable => ({ name, value: null, refers: [], kind, updatedAt: 0 });

test("an agent that says no kind of its variables keeps no secrets; one without variables may", () => {
  expect([keepsSecrets([]), keepsSecrets([variable("A", "plain"), variable("B", "secret")]), keepsSecrets([variable("A")])]).toEqual([true, true, false]);
});

test("what was to be secret and is answered as plain is said, by its name", () => {
  expect(notKept(["A", "B"], [variable("A", "secret"), variable("B"), variable("C")])).toMatchObject([{ code: "SECRET_NOT_KEPT", message: expect.stringContaining("B") }]);
  expect(notKept([], [variable("A")])).toEqual([]);
  expect(notKept(["A", "GONE"], [variable("A", "sealed" as never)])).toEqual([]);
});
