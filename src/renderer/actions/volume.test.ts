import { beforeEach, expect, test, vi } from "vitest";
import { shapes, type Service, type StagedRow, type Volume } from "@aeroplane/agent/contract";
import type { Server } from "../../contract/index.ts";

const agent = vi.hoisted(() => ({ staged: { list: vi.fn(), stage: vi.fn() }, volumes: { restore: vi.fn() } }));
vi.mock("sonner", () => ({ toast: vi.fn() }));
vi.mock("../link.ts", () => ({ client: { agent }, linkState: { subscribe: () => {} }, inElectron: false }));
vi.mock("../data/servers.ts", () => ({ answers: () => true, servers: { get: () => [] } }));
vi.mock("../app/view.ts", () => ({ go: {}, here: () => ({ dialog: null }), useView: { getState: () => ({}) }, environmentIn: () => undefined }));
const { stageReturn } = await import("./volume.ts");
const { keys, queries } = await import("../data/queries.ts");

const row = (fields: Partial<StagedRow>): StagedRow => ({ id: fields.name ?? "r", environmentId: "e", serviceId: "web", aspect: "variable", name: "A", act: "set", kind: "plain", value: "1", by: "ada", at: 9, ...fields });
const volume = { id: "v", environmentId: "e", name: "web-data", path: "/data" } as Volume;
const mounted = row({ aspect: "volume", name: "/data", kind: null, value: { volumeId: "v", name: "web-data" } });
const back = (replicas: number) => stageReturn({ id: "fra" } as Server, volume, { service: { id: "web", name: "web", environmentId: "e", traits: shapes.web, config: { replicas } } as unknown as Service, path: "/data" });
const rows = () => queries.getQueryData<StagedRow[]>(keys.staged("fra", "e"))?.map(({ name }) => name);

beforeEach(() => {
  queries.clear();
  for (const each of [agent.staged.list, agent.staged.stage, agent.volumes.restore]) each.mockReset();
  agent.volumes.restore.mockResolvedValue({ staged: [mounted] });
  queries.setQueryData(keys.staged("fra", "e"), [row({}), row({ name: "B", serviceId: "api" })]);
});

test("a volume that comes back leaves what else waits where it is", async () => {
  await back(1);
  expect(rows()?.toSorted()).toEqual(["/data", "A", "B"]);
  expect(agent.staged.stage.mock.calls).toEqual([]);
});

test("of several instances one is left, which is staged with the volume", async () => {
  agent.staged.stage.mockResolvedValue([row({}), mounted, row({ aspect: "setting", name: "replicas", kind: null, value: 1 })]);
  await back(3);
  expect(agent.staged.stage.mock.calls.map(([input]) => input as unknown)).toEqual([{ environmentId: "e", serviceId: "web", settings: { replicas: 1 } }]);
  expect(rows()?.toSorted()).toEqual(["/data", "A", "B", "replicas"]);
});
