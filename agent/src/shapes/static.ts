import { shapes, siteConfig } from "../../contract/index.ts";
import { buildSite, removeSite } from "../build/index.ts";
import { releaseVariables } from "../deploy/environment.ts";
import type { Shape } from "./shape.ts";

/** Files that Caddy serves by itself: nothing runs, so nothing is launched or checked. */
export const site: Shape = {
  traits: shapes.static,
  async make({ deps, context, plan: { release, service, variables }, material, means }) {
    const made = await buildSite({
      ...means,
      context: material.directory,
      contextName: material.name,
      site: release.config.site ?? siteConfig.parse({}),
      variables: { ...variables, ...releaseVariables(release) },
      into: deps.paths.site(service.id, release.id),
      account: deps.sandbox,
    });
    context.detail(`${made.files} files`);
  },
  async check() {},
  target: ({ id, serviceId }) => ({ type: "site", serviceId, releaseId: id }),
  unmake: ({ paths }, { id, serviceId }) => removeSite(paths.site(serviceId, id)),
};
