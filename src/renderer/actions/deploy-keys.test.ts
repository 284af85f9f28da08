import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Context } from "./action.ts";

const agent = vi.hoisted(() => ({ start: vi.fn(() => Promise.resolve({})) }));
vi.mock("../link.ts", () => ({ inElectron: false, client: { agent: { deployments: agent } } }));
vi.mock("../data/servers.ts", () => ({ answers: () => true }));
vi.mock("../data/role.ts", () => ({ may: () => true }));
vi.mock("../data/staged.ts", () => ({ stagedIn: () => [] }));
vi.mock("../features/terminal/sessions.ts", () => ({}));
vi.mock("./place.ts", () => ({}));
vi.mock("./save-log.ts", () => ({}));
vi.mock("../app/view.ts", () => ({ go: {}, here: () => ({}) }));
const { projectActions } = await import("./project.ts");
const { useStage } = await import("./stage-acts.ts");

const deployChanged = projectActions.find(({ id }) => id === "project.deploy-changed")!;
const service = (id: string, changed: boolean, running = false) => ({ id, name: id, environmentId: "e", changed, lastDeployment: running ? { id: `d-${id}`, state: "running", endedAt: null } : null });
const context = (...services: object[]) => ({ server: { id: "fra" }, environment: { id: "e" }, services }) as unknown as Context;
const started = () => agent.start.mock.calls.map(([input]: unknown[]) => (input as { serviceId: string }).serviceId);

beforeEach(() => agent.start.mockClear());
afterEach(() => useStage.setState({ deploying: new Set() }));

test("what is changed is deployed, but for what is on its way already", () => {
  const both = context(service("web", true), service("api", true, true), service("db", false));
  expect(deployChanged.when(both)).toBe(true);
  deployChanged.run(both);
  expect(started()).toEqual(["web"]);
  expect(deployChanged.when(context(service("api", true, true), service("db", false)))).toBe(false);
});

test("the keys of a staged deploy begin no other one while it is on its way", () => {
  const one = context(service("web", true));
  useStage.setState({ deploying: new Set(["e"]) });
  expect(deployChanged.when(one)).toBe(false);
  useStage.setState({ deploying: new Set(["another"]) });
  expect(deployChanged.when(one)).toBe(true);
});
