import { shapes, siteConfig } from "../../contract/index.ts";
import { buildSite, linkSite, removeSite } from "../build/index.ts";
import { releaseVariables } from "../deploy/environment.ts";
import type { Sealer } from "../secrets/sealer.ts";
import { isSiteKept } from "../store/index.ts";
import type { Shape } from "./shape.ts";

/** Files that Caddy serves by itself: nothing runs, so nothing is launched or checked. */
export const site: Shape = {
  traits: shapes.static,
  async make({ deps, context, plan: { release, service, variables }, material, means }) {
    const made = await buildSite({
      ...means,
      context: material.directory,
      repository: material.repository,
      contextName: material.name,
      site: release.config.site ?? siteConfig.parse({}),
      variables: { ...variables, ...releaseVariables(release) },
      variablesKey: variablesKey(deps.sealer, service.id, variables),
      into: deps.paths.site(service.id, release.id),
      account: deps.sandbox,
    });
    context.detail(`${made.files} files`);
  },
  target: ({ id, serviceId }) => ({ type: "site", serviceId, releaseId: id }),
  hold: ({ paths }, { id, serviceId, originId }) => linkSite(paths.site(serviceId, originId ?? id), paths.site(serviceId, id)),
  async unmake({ db, paths }, { id, serviceId, originId }) {
    // A copy is a name for the folder of the one that was made first: whoever goes last takes that along.
    if (originId !== null || !isSiteKept(db, id, id)) await removeSite(paths.site(serviceId, id));
    if (originId !== null && !isSiteKept(db, originId, id)) await removeSite(paths.site(serviceId, originId));
  },
};

/**
 * By the server's key, and over a person's own variables alone: what is told of the release differs each time and would
 * let nothing be kept. The service is in it, so that nobody finds another one's values by setting their own to the same.
 */
const variablesKey = (sealer: Sealer, serviceId: string, variables: Record<string, string>): string =>
  sealer.digest(JSON.stringify(["site", serviceId, Object.entries(variables).toSorted(([a], [b]) => (a < b ? -1 : 1))]));
