import { expect, test } from "vitest";
import { shapes, type Service, type StagedDifference, type StagedRow, type Variable } from "@aeroplane/agent/contract";
import { partsOf, withGone } from "./parts.ts";
import { canRestage, damagedFields, listedOf, restaged, settingsBetween, stagedValue, withStaged } from "./rows.ts";

const row = (fields: Partial<StagedRow>): StagedRow => ({ id: fields.name ?? "r", environmentId: "e", serviceId: "web", aspect: "variable", name: "MODE", act: "set", kind: "plain", value: "1", by: "ada", at: 9, ...fields });
const variable = (name: string, fields: Partial<Variable> = {}): Variable => ({ name, value: null, refers: [], kind: "plain", updatedAt: 1, ...fields });
const config = { source: { type: "git" as const, url: "https://a.test/b.git", branch: "main" }, port: 3000, healthPath: null, healthSeconds: 60, drainSeconds: 10, replicas: 1, startCommand: null, imageHealth: false, site: null };
const service = { id: "web", traits: shapes.web, config } as unknown as Service;

test("staged variables lie over those that are wanted: new, changed, secret, and to be removed", () => {
  const wanted = [variable("A"), variable("B", { refers: ["api.URL"] }), variable("C"), variable("D")];
  const rows = [row({ name: "B", value: "${{self.A}}" }), row({ name: "C", act: "removed", kind: null, value: null }), row({ name: "E", kind: "secret", value: null }), row({ name: "GONE", act: "removed", kind: null, value: null }), row({ aspect: "setting", name: "A" })];
  const listed = listedOf(wanted, rows).map(({ variable: { name, kind, refers }, row: staged, isNew }) => [name, kind, refers.join(), staged?.act ?? null, isNew]);
  expect(listed).toEqual([
    ["A", "plain", "", null, false],
    ["B", "plain", "self.A", "set", false],
    ["C", "plain", "", "removed", false],
    ["D", "plain", "", null, false],
    ["E", "secret", "", "set", true],
  ]);
  expect(rows.map(stagedValue)).toEqual(["${{self.A}}", null, null, null, "1"]);
});

test("staged settings lie over the config, and only what differs from it is staged", () => {
  const staged = withStaged(service, [row({ aspect: "setting", name: "port", kind: null, value: null }), row({ aspect: "setting", name: "memoryMiB", kind: null, value: 512 }), row({ aspect: "setting", name: "port", serviceId: "api", value: 1 }), row({ name: "port" })]);
  expect([staged.config.port, staged.config.memoryMiB]).toEqual([null, 512]);
  // A field that may be absent is taken out by null.
  expect(Object.hasOwn(withStaged(staged, [row({ aspect: "setting", name: "memoryMiB", kind: null, value: null })]).config, "memoryMiB")).toBe(false);
  expect(withStaged(service, [row({})])).toBe(service);
  const { memoryMiB: _, ...without } = staged.config;
  expect(settingsBetween(staged.config, { ...without, port: null, replicas: 3 })).toEqual({ memoryMiB: null, replicas: 3 });
  expect(settingsBetween(config as Service["config"], { ...config })).toEqual({});
  // What was lost and is saved is said, also where its default is what is wanted.
  const lost = damagedFields({ warnings: [{ code: "SETTINGS_DAMAGED", values: { service: "web", fields: "replicas, startCommand, memoryMiB, shape" } }, { code: "OTHER", values: {} }] as never });
  expect(settingsBetween(config as Service["config"], { ...config, port: 80 }, lost)).toEqual({ port: 80, replicas: 1, startCommand: null, memoryMiB: null });
});

test("what was discarded is staged again scope by scope, unless it holds a value that nobody can read", () => {
  const rows = [row({ name: "A" }), row({ name: "B", act: "removed", kind: null, value: null }), row({ name: "C", act: "secret", kind: "secret", value: null }), row({ aspect: "setting", name: "port", kind: null, value: null }), row({ serviceId: null, name: "D", value: "" })];
  expect(restaged(rows)).toEqual([
    { environmentId: "e", serviceId: "web", set: { A: "1" }, remove: ["B"], secret: ["C"], settings: { port: null }, volumes: [], removeVolumes: [], returned: [] },
    { environmentId: "e", serviceId: null, set: { D: "" }, remove: [], secret: [], settings: {}, volumes: [], removeVolumes: [], returned: [] },
  ]);
  const volume = (name: string, fields: Partial<StagedRow>) => row({ aspect: "volume", name, kind: null, ...fields });
  const volumes = [volume("/n", { value: { volumeId: null, name: "fresh" } }), volume("/g", { act: "removed", value: null }), volume("/t", { value: { volumeId: "v", name: "old" } })];
  expect(restaged(volumes)).toEqual([{ environmentId: "e", serviceId: "web", set: {}, remove: [], secret: [], settings: {}, volumes: [{ path: "/n", name: "fresh" }], removeVolumes: ["/g"], returned: [{ id: "v", path: "/t" }] }]);
  // What a newer agent stages besides is not taken for a variable.
  expect(restaged([row({ aspect: "of-later", act: "removed" })])).toBe(null);
  const secret = row({ name: "S", kind: "secret", value: null });
  expect([restaged([...rows, secret]), canRestage(secret), canRestage(rows[0]!)]).toEqual([null, false, true]);
});

test("a discarded row keeps its place until the review is closed, and what came meanwhile is marked", () => {
  const difference = (fields: Partial<StagedRow>): StagedDifference => ({ ...row(fields), wanted: null });
  const [a, b, shared] = [difference({ id: "1", name: "A" }), difference({ id: "2", name: "B" }), difference({ id: "3", name: "S", serviceId: null })];
  const gone = withGone(withGone([], { row: a, owner: "web" }), { row: shared, owner: "shared" });
  const shown = (parts: ReturnType<typeof partsOf>) => parts.map(({ name, rows }) => `${name}: ${rows.map((each) => `${each.name}${each.gone ? " gone" : ""}${each.fresh ? " fresh" : ""}`).join(", ")}`);
  const first = new Set(["1", "2", "3"]);
  expect(shown(partsOf([{ serviceId: "web", name: "web", rows: [b] }], gone, first))).toEqual(["shared: S gone", "web: A gone, B"]);
  // Taken back it has another id, and is nobody else's news.
  expect(shown(partsOf([{ serviceId: "web", name: "web", rows: [{ ...a, id: "4" }, { ...b, id: "5" }] }], withGone(gone, { row: a, owner: "web" }), first))).toEqual(["shared: S gone", "web: A, B fresh"]);
  expect(partsOf([], [], null)).toEqual([]);
});
