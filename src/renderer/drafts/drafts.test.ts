import { beforeEach, expect, test, vi } from "vitest";

const live = vi.hoisted(() => ({ list: null as { id: string }[] | null, tell: () => {} }));
vi.mock("../link.ts", () => ({ client: {} }));
vi.mock("../data/servers.ts", () => ({ servers: { get: () => live.list, subscribe: (listener: () => void) => ((live.tell = listener), () => {}) } }));
const { changeDraft, dropDraft, formsOf, useDrafts, withField } = await import("./drafts.ts");
const { dropGone } = await import("./gone.ts");
const { keys, queries } = await import("../data/queries.ts");

const web = { serverId: "fra", environmentId: "production", serviceId: "web" };
const shared = { ...web, serviceId: null };
beforeEach(() => useDrafts.setState({}, true));

test("each form of each service keeps its own, until it is saved or undone", () => {
  changeDraft(web, "settings", (before) => withField(before, "port", "80"));
  changeDraft(web, "settings", (before) => withField(before, "name", ""));
  changeDraft(web, "paste", () => "A=1");
  changeDraft(shared, "variable", () => ({ name: "A", value: "secret" }));
  changeDraft({ ...web, serverId: "hel" }, "paste", () => "B=2");
  expect([formsOf(web), formsOf(shared), formsOf({ ...web, serviceId: "api" })]).toEqual([{ settings: { port: "80", name: "" }, paste: "A=1" }, { variable: { name: "A", value: "secret" } }, {}]);
  changeDraft(web, "settings", (before) => withField(withField(before, "port", undefined), "name", undefined));
  dropDraft(web, "paste");
  dropDraft(shared, "variable");
  expect(JSON.stringify(useDrafts.getState())).not.toMatch(/secret|A=1/);
  expect(Object.keys(useDrafts.getState())).toEqual(["hel web"]);
});

test("what was typed for something that is gone goes with it", () => {
  const stop = dropGone();
  const api = { ...web, serviceId: "api" };
  const staging = { serverId: "fra", environmentId: "staging", serviceId: "old" };
  const away = { ...web, serverId: "hel" };
  for (const of of [web, api, staging, shared, away]) changeDraft(of, "values", () => ({ MODE: { value: "test" }, PORT: { value: "1", secret: true } }));
  const left = () => Object.keys(useDrafts.getState());
  queries.setQueryData(keys.services("fra", "production"), [{ id: "web" }]);
  expect(left()).toEqual(["fra web", "fra old", "fra production", "hel web"]);
  queries.setQueryData(keys.projects("fra"), [{ environments: [{ id: "production" }] }]);
  expect(left()).toEqual(["fra web", "fra production", "hel web"]);
  queries.setQueryData(keys.variableHistory("fra", "web"), [{ name: "OLD" }]);
  expect(formsOf(web)).toEqual({ values: { MODE: { value: "test" }, PORT: { value: "1", secret: true } } });
  queries.setQueryData(keys.variables("fra", "web"), [{ name: "PORT" }]);
  expect([formsOf(web), formsOf(shared)]).toEqual([{ values: { PORT: { value: "1", secret: true } } }, { values: { MODE: { value: "test" }, PORT: { value: "1", secret: true } } }]);
  live.list = [{ id: "fra" }];
  live.tell();
  expect(left().sort()).toEqual(["fra production", "fra web"]);
  stop();
});
