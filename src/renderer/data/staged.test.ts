import { beforeEach, expect, test, vi } from "vitest";
import { fail, type StagedRow } from "@aeroplane/agent/contract";

const agent = vi.hoisted(() => ({ list: vi.fn(), stage: vi.fn(), change: vi.fn() }));
vi.mock("../link.ts", () => ({ client: { agent: { staged: { list: agent.list, stage: agent.stage }, variables: { change: agent.change } } } }));
vi.mock("./servers.ts", () => ({ answers: () => true }));
const { putStaged, saveVariables, stage, stagedIn } = await import("./staged.ts");
const { queries } = await import("./queries.ts");

const scope = { environmentId: "e", serviceId: "web" };
const edits = { set: { A: "1" }, remove: [], secret: [] };
const row = (id: string, serviceId: string | null) => ({ id, serviceId, environmentId: "e" }) as StagedRow;
const older = (procedure: string) => () => Promise.reject(fail("PROCEDURE_UNKNOWN", { procedure }));

beforeEach(() => {
  queries.clear();
  for (const each of Object.values(agent)) each.mockReset();
  agent.change.mockResolvedValue([]);
});

test("what is edited waits beside the rows of others, and nothing is changed", async () => {
  agent.list.mockResolvedValue([row("1", "web"), row("2", "api"), row("3", null)]);
  agent.stage.mockResolvedValue([row("4", "web")]);
  expect(await saveVariables("fra", scope, edits)).toBe(null);
  expect([stagedIn("fra", "e").map(({ id }) => id), agent.change.mock.calls.length]).toEqual([["2", "3", "4"], 0]);
  expect(agent.stage.mock.calls[0]).toEqual([{ ...scope, ...edits }, { context: { serverId: "fra" } }]);
});

test("an agent without a stage changes what is saved, and is asked for a stage once", async () => {
  agent.list.mockImplementation(older("staged.list"));
  await saveVariables("fra", scope, edits);
  await saveVariables("fra", scope, edits);
  expect([agent.list.mock.calls.length, agent.stage.mock.calls.length, agent.change.mock.calls.length, stagedIn("fra", "e")]).toEqual([1, 0, 2, []]);
});

test("one that is older than it was changes nothing of what was shown as staged, and does once that is known", async () => {
  putStaged("fra", "e", () => [row("1", "api")]);
  agent.stage.mockImplementationOnce(() => Promise.reject(fail("NOT_FOUND", { what: "service", id: "web" })));
  await expect(stage("fra", scope, edits)).rejects.toThrow("This server has no service");
  agent.stage.mockImplementationOnce(older("staged.stage"));
  await expect(saveVariables("fra", scope, edits)).rejects.toMatchObject({ problem: { code: "PROCEDURE_UNKNOWN" } });
  expect([agent.change.mock.calls.length, stagedIn("fra", "e")]).toEqual([0, []]);
  await saveVariables("fra", scope, edits);
  expect([agent.list.mock.calls.length, agent.stage.mock.calls.length, agent.change.mock.calls.length]).toEqual([0, 2, 1]);
});
