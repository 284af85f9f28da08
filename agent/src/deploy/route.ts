import type { RouteTarget } from "../caddy/index.ts";
import type { JobContext } from "../jobs/index.ts";
import { shapeOf, traitsOf } from "../shapes/index.ts";
import { findRelease, hostnamesOf, servingAddresses, type Db, type ReleaseRow, type ServiceRow } from "../store/index.ts";
import type { DeployDeps } from "./deps.ts";

const DEADLINE_SECONDS = 60;
const CONFIRM_SECONDS = 15;

type Routed = Pick<ReleaseRow, "id" | "serviceId" | "shape" | "port">;

/** Where requests go while this release is live at these addresses; null: nowhere. */
export function targetOf(service: ServiceRow, release: Routed | null, addresses: string[]): RouteTarget | null {
  if (release === null || !traitsOf(release).routed) return null;
  return service.intent === "stopped" ? { type: "stopped" } : shapeOf(release).target(release, addresses);
}

/** The target as the store has it. */
export function wantedTarget(db: Db, service: ServiceRow): RouteTarget | null {
  const live = service.liveReleaseId;
  return live === null ? null : targetOf(service, findRelease(db, live) ?? null, servingAddresses(db, live));
}

/** Sends the hostnames to `target`, which has been tried, and has Caddy confirm that; the caller commits. */
export async function switchRoute(
  deps: DeployDeps,
  context: Pick<JobContext, "detail">,
  service: ServiceRow,
  target: RouteTarget | null,
  signal: AbortSignal,
): Promise<void> {
  if (target === null) {
    context.detail(`A ${traitsOf(service).word.toLowerCase()} has no route`);
    return;
  }
  await deps.caddy.ensure(signal);
  const hostnames = await deps.routing(async () => {
    // Read here: a person may have changed them while this was built.
    const wanted = hostnamesOf(deps.db, service.id);
    await deps.caddy.setHostnames(service.id, wanted);
    await deps.caddy.setTarget(service.id, target);
    return wanted;
  });
  for (const hostname of hostnames) await deps.caddy.confirm({ serviceName: service.name, hostname, target, seconds: CONFIRM_SECONDS, signal });
  context.detail(hostnames.length === 0 ? "No hostname" : `Caddy sends ${hostnames.join(", ")} to the new release`);
}

/** The step of a deployment. */
export function routeStep(deps: DeployDeps, context: JobContext, service: ServiceRow, target: RouteTarget | null): Promise<void> {
  return context.step("route", (signal) => switchRoute(deps, context, service, target, signal), {
    deadlineSeconds: DEADLINE_SECONDS,
  });
}
