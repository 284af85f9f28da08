import { BoxIcon } from "lucide-react";
import { expect, test, vi } from "vitest";

vi.mock("../../link.ts", () => ({ client: {} }));
vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {} });
const { found, placeEntries } = await import("./entries.ts");

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
