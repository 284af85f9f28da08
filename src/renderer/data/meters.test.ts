import { expect, test, vi } from "vitest";
import { fail } from "@aeroplane/agent/contract";

vi.mock("../link.ts", () => ({ client: {}, linkState: { subscribe: () => {} } }));
const { metersAgain } = await import("./agent.ts");

test("meters that failed once are asked for again, and not where the agent knows no such question", () => {
  expect([null, fail("SERVER_OFFLINE", { server: "fra" }), fail("PROCEDURE_UNKNOWN", { procedure: "services.meters" })].map((error) => metersAgain(error) !== false)).toEqual([true, true, false]);
});
