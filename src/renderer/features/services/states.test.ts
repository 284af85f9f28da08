import { expect, test, vi } from "vitest";
import type { Deployment, Service } from "@aeroplane/agent/contract";
import { deploymentOf, git, configOf, projectOf, releaseOf, serviceOf, stepsOf } from "../../../../test/e2e/fixture/make.ts";

vi.mock("../../link.ts", () => ({ client: {}, linkState: { subscribe: () => {} } }));
const { cancellableDeployment } = await import("../../data/agent.ts");
const { servingLine, stateOf } = await import("./states.ts");

const before = deploymentOf({ id: "d1", serviceId: "s", state: "succeeded", createdAt: 0 });
const now = (until: Parameters<typeof stepsOf>[1]): Deployment => deploymentOf({ id: "d2", serviceId: "s", state: "running", createdAt: 1, steps: stepsOf(1, until, "running", {}) });
const service = (fields: Partial<Omit<Service, "shape">>) => serviceOf(projectOf(1, 1, "shop", 0), "s", { name: "web", shape: "web", config: configOf(git("https://git.example.com/web.git")), ...fields });
const told = (of: Service) => [stateOf(of).word, servingLine(of), cancellableDeployment(of)?.id ?? null];

test("a deployment does not hide what serves, and cannot be cancelled once what it made does", () => {
  const live = releaseOf(before, 3000);
  expect({
    first: told(service({ state: "deploying", lastDeployment: now("build") })),
    beside: told(service({ state: "live", liveRelease: live, lastDeployment: now("build") })),
    stopped: told(service({ state: "stopped", liveRelease: live, lastDeployment: now("build") })),
    committed: told(service({ state: "live", liveRelease: releaseOf(now("retire"), 3000), lastDeployment: now("retire") })),
    unseen: told(service({ state: "unknown", liveRelease: releaseOf(now("retire"), 3000), lastDeployment: now("retire") })),
    over: told(service({ state: "live", liveRelease: live, lastDeployment: before })),
  }).toEqual({
    first: ["Building", null, "d2"],
    beside: ["Building", "Live · deploying a new release", "d2"],
    stopped: ["Building", "Stopped · deploying a new release", "d2"],
    committed: ["Live", "Live · the old release drains", null],
    unseen: ["Not seen yet", "Not seen yet · the old release drains", null],
    over: ["Live", null, null],
  });
});
