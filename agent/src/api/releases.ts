import { fail } from "../../contract/index.ts";
import { placeOf } from "../changes/changes.ts";
import { compareReleases } from "../deploy/compare.ts";
import { keptRelease } from "../deploy/kept.ts";
import { refuseTaken } from "../network/taken.ts";
import { countPinned, keptReleases, transaction, updateRelease } from "../store/index.ts";
import type { Base, Rooms } from "./base.ts";
import { beginDeployment } from "./begin-deployment.ts";
import { mustFindService } from "./find.ts";
import type { Views } from "./views.ts";

/** Pinned releases of one service: each holds an image or a site for as long as somebody wants it. */
const MOST_PINNED = 20;

type Asked = { serviceId: string; releaseId: string; environmentId?: string | undefined };

/** The way back: what is kept of a service, and what can be done with it. */
export function releaseHandlers(base: Base, { core, runtime }: Pick<Rooms, "core" | "runtime">, views: Views) {
  const { db, changes, clock } = core;

  function pin({ serviceId, releaseId, environmentId }: Asked, pinnedAt: number | null) {
    const service = mustFindService(core, serviceId, environmentId);
    transaction(db, () => {
      const release = keptRelease(db, service, releaseId);
      if ((release.pinnedAt === null) === (pinnedAt === null)) return;
      const count = countPinned(db, serviceId);
      if (pinnedAt !== null && count >= MOST_PINNED) throw fail("RELEASES_PINNED_TOO_MANY", { service: service.name, count });
      updateRelease(db, releaseId, { pinnedAt });
    });
    const kept = keptRelease(db, service, releaseId);
    changes.emit({ entity: "deployment", id: kept.deploymentId, ...placeOf(service) });
    return views.release(kept, service);
  }

  return {
    releases: base.deployments.releases.handler(({ input }) => {
      const service = mustFindService(core, input.serviceId, input.environmentId);
      return keptReleases(db, service.id).map((release) => views.release(release, service));
    }),

    rollback: base.deployments.rollback.handler(async ({ input, context }) => {
      const begun = await beginDeployment({ core, runtime }, "rollback", input, context, (service) => {
        const { id: fromReleaseId, commit, image, config } = keptRelease(db, service, input.releaseId);
        refuseTaken(db, service, config);
        return { input: { fromReleaseId }, given: { commit, image } };
      });
      return views.deployment(begun);
    }),

    pin: base.deployments.pin.handler(({ input }) => pin(input, clock.now())),

    unpin: base.deployments.unpin.handler(({ input }) => pin(input, null)),

    compare: base.deployments.compare.handler(async ({ input }) => {
      const service = mustFindService(core, input.serviceId, input.environmentId);
      const [from, to] = [keptRelease(db, service, input.from), keptRelease(db, service, input.to)];
      return { from: views.release(from, service), to: views.release(to, service), ...(await compareReleases(core, from, to)) };
    }),
  };
}
