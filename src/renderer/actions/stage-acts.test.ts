import { beforeEach, expect, test, vi } from "vitest";
import { fail, type Service, type StagedRow } from "@aeroplane/agent/contract";

const agent = vi.hoisted(() => ({ list: vi.fn(), stage: vi.fn(), deploy: vi.fn() }));
const toast = vi.hoisted(() => vi.fn());
vi.mock("sonner", () => ({ toast }));
vi.mock("../link.ts", () => ({ client: { agent: { staged: agent } } }));
vi.mock("../data/servers.ts", () => ({ answers: () => true }));
vi.mock("../app/view.ts", () => ({ go: {}, here: () => ({ dialog: null }) }));
const { deployRows, stageAgain } = await import("./stage-acts.ts");
const { agreeToLoss, useLosses } = await import("./loss.ts");
const { keys, queries } = await import("../data/queries.ts");

const at = { serverId: "fra", environmentId: "e" };
const row = (fields: Partial<StagedRow>): StagedRow => ({ id: fields.name ?? "r", environmentId: "e", serviceId: "web", aspect: "variable", name: "A", act: "set", kind: "plain", value: "1", by: "ada", at: 9, ...fields });
const services = () => queries.getQueryData<Service[]>(keys.services("fra", "e"));

beforeEach(() => {
  queries.clear();
  useLosses.setState({ asked: [] });
  for (const each of [...Object.values(agent), toast]) each.mockReset();
  queries.setQueryData(keys.services("fra", "e"), [{ id: "web", name: "web", changed: true }, { id: "api", name: "api", changed: true }]);
});

test("what was discarded does not come back over what somebody has staged there since", async () => {
  agent.list.mockResolvedValue([row({ id: "theirs", name: "A", value: "2", by: "bob" }), row({ id: "other", name: "B", serviceId: "api" })]);
  agent.stage.mockResolvedValue([]);
  await stageAgain("fra", [row({ name: "A" }), row({ name: "B" })]);
  expect(agent.stage.mock.calls.map(([input]) => input as unknown)).toEqual([{ ...at, serverId: undefined, serviceId: "web", set: { B: "1" }, remove: [], secret: [], settings: {}, volumes: [], removeVolumes: [] }]);
  expect(toast.mock.calls).toEqual([["A: staged anew meanwhile, and left as it is now"]]);
});

test("a yes to data that goes is kept when more of it comes to light", async () => {
  const given: unknown[] = [];
  const refusals = [["/data"], ["/more"]];
  agent.deploy.mockImplementation(({ discard }: { discard: unknown }) => {
    given.push(discard);
    const paths = refusals.shift();
    return paths ? Promise.reject(fail("VOLUME_DATA_WOULD_GO", { service: "web", paths })) : Promise.resolve({ group: null, jobs: [{ serviceId: "web" }], idle: [] });
  });
  await deployRows(at, ["1"]);
  while (useLosses.getState().asked[0] && given.length < 5) {
    const [loss] = useLosses.getState().asked;
    useLosses.setState({ asked: [] });
    await agreeToLoss(loss!);
  }
  expect(given).toEqual([[], [{ serviceId: "web", paths: ["/data"] }], [{ serviceId: "web", paths: ["/data", "/more"] }]]);
  // On its way, it is not to be deployed by the next act.
  expect(services()?.map(({ changed }) => changed)).toEqual([false, true]);
});
