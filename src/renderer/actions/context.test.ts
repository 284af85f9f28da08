import { beforeEach, expect, test, vi } from "vitest";
import { shapes } from "@aeroplane/agent/contract";
import type { Context } from "./action.ts";

vi.mock("../link.ts", () => ({ client: {}, electron: undefined, inElectron: false, linkState: { subscribe: () => () => {}, get: () => "open" } }));
vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {} });
vi.stubGlobal("location", { hash: "", origin: "http://a.test", pathname: "/" });
const { contextOf } = await import("./context.ts");
const { action } = await import("./index.ts");
const { addressOf } = await import("../address/address.ts");
const { useView } = await import("../app/view.ts");

const server = (id: string) => ({ id, name: id, kind: "ssh", login: { user: "root" }, tags: [], connection: { state: "ready" }, notice: null, hello: { me: { role: "owner" }, role: "owner" }, lastSeenAt: 1 });
const project = (id: string) => ({ id, name: id, environments: [{ id: `${id}-live`, name: "production" }, { id: `${id}-next`, name: "staging" }] });
const service = (id: string, projectId: string, environmentId: string) => ({ id, name: id, projectId, environmentId, traits: shapes.web, state: "live", changed: true });
const held = {
  here: { "shop-live": [service("web", "shop", "shop-live")], "shop-next": [service("web2", "shop", "shop-next")], "blog-live": [service("pen", "blog", "blog-live")] },
  there: { "far-live": [service("sea", "far", "far-live")] },
} as Record<string, Record<string, unknown[]>>;
const known = () =>
  ({
    view: useView.getState(),
    servers: [server("here"), server("there")],
    projectsOf: (id: string) => ({ here: [project("shop"), project("blog")], there: [project("far")] })[id],
    servicesOf: (id: string, environmentId: string) => held[id]?.[environmentId],
  }) as unknown as Parameters<typeof contextOf>[0];
const seen = ({ server, project, environment, services, service }: Context) => [server?.id, project?.id, environment?.id, services.map(({ id }) => id).join(), service?.id];
const clicked = (about: object) => contextOf(known(), about as Partial<Context>);

beforeEach(() => useView.setState(addressOf({ serverId: "here", projectId: "shop", environmentId: "shop-live", serviceId: "web" })));

test("what was clicked says what it lies in; of the open place only what it lies in as well is left", () => {
  expect(seen(clicked({}))).toEqual(["here", "shop", "shop-live", "web", "web"]);
  expect(seen(clicked({ server: server("there") }))).toEqual(["there", undefined, undefined, "", undefined]);
  expect(seen(clicked({ project: project("blog") }))).toEqual(["here", "blog", "blog-live", "pen", undefined]);
  expect(seen(clicked({ service: service("web2", "shop", "shop-next") }))).toEqual(["here", "shop", "shop-next", "web2", "web2"]);
  expect(seen(clicked({ server: server("there"), service: service("sea", "far", "far-live") }))).toEqual(["there", "far", "far-live", "sea", "sea"]);
});

test("a server or service that was clicked is taken as it is now, not as it was drawn", () => {
  const context = clicked({ server: { ...server("there"), connection: { state: "offline" } }, service: { ...service("sea", "far", "far-live"), state: "empty" } });
  expect([context.server?.connection.state, context.service?.state]).toEqual(["ready", "live"]);
});

const place = () => {
  const { serverId, section, projectId, environmentId, projectTab, serviceId, tab, dialog } = useView.getState();
  return [serverId, section, projectId, environmentId, projectTab, serviceId, tab, dialog && Object.values(dialog).join(" ")];
};
const far = { server: server("there"), project: project("far") };
test.each([
  ["service.new", { project: project("blog") }, ["here", "projects", "blog", "blog-live", "services", null, "deployments", "new-service"]],
  ["service.new", {}, ["here", "projects", "shop", "shop-live", "services", "web", "deployments", "new-service"]],
  ["project.new", { server: server("there") }, ["there", "projects", null, null, "services", null, "deployments", "new-project"]],
  ["project.delete", far, ["there", "projects", null, null, "services", null, "deployments", "delete-project far"]],
  ["environment.new", far, ["there", "projects", null, null, "services", null, "deployments", "new-environment far"]],
  ["environment.shared", { project: project("blog") }, ["here", "projects", "blog", "blog-live", "shared", null, "deployments", null]],
  ["people.page", { server: server("there") }, ["there", "people", null, null, "services", null, "deployments", null]],
  ["go.projects", { server: server("there") }, ["there", "projects", null, null, "services", null, "deployments", null]],
  ["go.activity", { server: server("there") }, ["there", "activity", null, null, "services", null, "deployments", null]],
  ["service.settings", { server: server("there"), service: service("sea", "far", "far-live") }, ["there", "projects", "far", "far-live", "services", "sea", "settings", null]],
  ["service.delete", { service: service("web2", "shop", "shop-next") }, ["here", "projects", "shop", "shop-next", "services", null, "deployments", "delete-service web2"]],
])("%s leads to what was clicked", (id, about, expected) => {
  const context = clicked(about);
  expect(action(id).when(context)).toBe(true);
  action(id).run(context);
  expect(place()).toEqual(expected);
});

test("where a page is open on one server, the menu of another still offers it", () => {
  useView.setState(addressOf({ serverId: "here", section: "activity" }));
  expect([action("go.activity").when(clicked({})), action("go.activity").when(clicked({ server: server("there") }))]).toEqual([false, true]);
});
