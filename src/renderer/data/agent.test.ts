import { expect, test, vi } from "vitest";
import { fail } from "@aeroplane/agent/contract";

vi.mock("../link.ts", () => ({ client: {}, linkState: { subscribe: () => {} } }));
const { endingWithAgent, metersAgain } = await import("./agent.ts");

test("meters that failed once are asked for again, and not where the agent knows no such question", () => {
  expect([null, fail("SERVER_OFFLINE", { server: "fra" }), fail("PROCEDURE_UNKNOWN", { procedure: "services.meters" })].map((error) => metersAgain(error) !== false)).toEqual([true, true, false]);
});

test("what goes with an environment and not with the agent is not named where the agent is taken away", () => {
  const goes = ["The service web: 2 containers", "The volume of web at /data (web-data, 1.2 GB), for good", "1 shared variable"];
  const rest = ["The service web: 2 containers", "1 shared variable"];
  expect(endingWithAgent({ goes })).toEqual(rest);
  // By the agent's own mark, whatever its words are.
  expect(endingWithAgent({ goes: ["What web keeps at /data", ...rest], outlive: ["What web keeps at /data"] })).toEqual(rest);
});
