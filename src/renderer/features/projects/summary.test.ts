import { expect, test, vi } from "vitest";
import type { Service } from "@aeroplane/agent/contract";
import { configOf, deploymentOf, image, projectOf, serviceOf } from "../../../../test/e2e/fixture/make.ts";

vi.mock("../../link.ts", () => ({ client: {}, linkState: { subscribe: () => {} } }));
vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {} });
const { sortedProjects, summaryOf } = await import("./summary.ts");

const [alpha, beta, gamma] = ["alpha", "beta 2", "beta 10"].map((name, at) => projectOf(1, at + 1, name, at));
const service = (state: Service["state"], fields: Partial<Omit<Service, "shape">> = {}) => serviceOf(alpha!, `${state}`, { name: "web", shape: "web", config: configOf(image("nginx:1")), state, ...fields });
const running = deploymentOf({ id: "d", serviceId: "s", state: "running", createdAt: 0 });

test("a project says the worst of its services", () => {
  const words = (...services: Service[]) => summaryOf(services)?.words;
  expect([
    words(),
    words(service("live")),
    words(service("live"), service("live")),
    words(service("live"), service("stopped"), service("empty")),
    words(service("live", { lastDeployment: running }), service("stopped")),
    words(service("live"), service("down"), service("crash-looping"), service("down", { lastDeployment: running })),
  ]).toEqual([undefined, "Live", "All live", "1 stopped, 1 not deployed", "1 deploying", "2 down, 1 crash-looping"]);
});

test("projects are filtered by name and sorted as chosen", () => {
  const all = [gamma!, alpha!, beta!];
  const of = new Map([[beta!.id, { words: "1 down", tone: "bad" as const }]]);
  const names = (projectOrder: "name" | "newest" | "state", filter = "") => sortedProjects(all, of, { filter, projectOrder }).map(({ name }) => name);
  expect([names("name"), names("newest"), names("state"), names("name", "BETA")]).toEqual([
    ["alpha", "beta 2", "beta 10"],
    ["beta 10", "beta 2", "alpha"],
    ["beta 2", "alpha", "beta 10"],
    ["beta 2", "beta 10"],
  ]);
});
