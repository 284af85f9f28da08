import { BoxIcon } from "lucide-react";
import { expect, test, vi } from "vitest";
import { configOf, image, projectOf, serviceOf } from "../../../../test/e2e/fixture/make.ts";

vi.mock("../../link.ts", () => ({ client: {}, linkState: { subscribe: () => {} } }));
vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {} });
const { entriesOf, found, placeEntries } = await import("./entries.ts");
const { useView } = await import("../../app/view.ts");

const entry = (name: string, group = "Services") => ({ id: name, group, name, icon: BoxIcon, run: () => {} });

test("a name that begins with the search goes first; every word must be there", () => {
  const entries = [entry("open-web"), entry("rewebbed"), entry("web"), entry("api"), entry("Deploy", "web")];
  expect({
    web: found(entries, "web").map(({ name }) => name),
    two: found(entries, "web dep").map(({ name }) => name),
    sign: found(entries, "(").length,
  }).toEqual({ web: ["web", "open-web", "rewebbed", "Deploy"], two: ["Deploy"], sign: 0 });
});

test("what is on another server comes with its place, and how old it is where that server is away", () => {
  const server = (name: string, state: "ready" | "offline") => ({ id: name, name, kind: "local" as const, login: null, tags: [], connection: { state }, notice: null, hello: null, lastSeenAt: 1000 });
  const place = (serverId: string, serviceId: string | null) => ({ serverId, projectId: "p", environmentId: serviceId ? "e" : null, serviceId, name: "web", project: "shop", environment: null, shape: serviceId ? "web" : null, kind: serviceId ? "git" : "project", state: null, hostname: null });
  const places = placeEntries([place("fra", "s"), place("hel", null), place("gone", "x")], [server("fra", "ready"), server("hel", "offline")], 1000 + 3 * 3600_000);
  const local = [entry("web", "Services"), { ...entry("Deploy web"), id: "s" }, entry("Restart", "web")];
  expect({ about: places.map(({ about }) => about), all: found(local, "web", places).map(({ id, group }) => `${id}, ${group}`) }).toEqual({
    about: ["shop · fra", "hel · 3 h ago"],
    all: ["web, Services", "s, Services", "p, Projects and services", "Restart, web"],
  });
});

test("without a search it begins with services, and what takes something away comes last", () => {
  const project = projectOf(1, 1, "shop", 0);
  const services = ["web", "api"].map((name) => serviceOf(project, name, { name, shape: "web", config: configOf(image("nginx:1")) }));
  const login = { user: "root", address: "203.0.113.20", port: 22, auth: { type: "auto" as const }, alias: null, jumps: [], client: "built-in" as const, door: "forwarding" as const };
  const server = { id: "fra", name: "fra", kind: "ssh" as const, login, tags: [], connection: { state: "ready" as const }, notice: null, hello: null, lastSeenAt: 1000 };
  const context = { view: useView.getState(), servers: [server], server, project, environment: project.environments[0], services, service: undefined };
  const away = entriesOf({ ...context, servers: [{ ...server, connection: { state: "offline" } }], server: { ...server, connection: { state: "offline" }, lastSeenAt: Date.now() - 3 * 3600_000 } });
  expect([entriesOf(context)[0]!.about, away.find(({ id }) => id === "web")!.about]).toEqual(["Not deployed", "Not deployed · 3 h ago"]);
  const ids = found(entriesOf(context), "").map(({ id }) => id);
  const takesAway = ids.filter((id) => /uninstall|forget|delete/.test(id));
  expect([ids.slice(0, 2), takesAway.includes("server.uninstall"), ids.slice(-takesAway.length)]).toEqual([["web", "api"], true, takesAway]);
});
