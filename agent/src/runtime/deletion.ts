import type { DeployDeps } from "../deploy/deps.ts";
import { dataPathsSoon } from "../deploy/discard.ts";
import { traitsOf } from "../shapes/index.ts";
import { hostnamesOf, instancesOfService, lastDeployment, listVariables, ofService, releasesOfService, type ServiceRow } from "../store/index.ts";

/** What goes with a service, one line each, for the question before it. */
export async function whatGoes(deps: Pick<DeployDeps, "db" | "docker" | "instanceId">, service: ServiceRow): Promise<string[]> {
  const { db } = deps;
  const paths = await dataPathsSoon(deps, service);
  const own = instancesOfService(db, service.id).filter(({ containerId }) => containerId !== null).length;
  const releases = releasesOfService(db, service.id).filter(({ state }) => state !== "failed");
  const images = releases.filter(({ imageId }) => imageId !== null).length;
  const sites = releases.filter((release) => traitsOf(release).makes === "site").length;
  const variables = listVariables(db, ofService(service.id)).length;
  return [
    ...(own > 0 ? [count(own, "container")] : []),
    ...(paths === null ? ["Data in volumes of its image, where it has some: Docker does not answer now"] : []),
    ...(paths ?? []).map((path) => `The data in ${path}`),
    ...(images > 0 ? [count(images, "kept image")] : []),
    ...(sites > 0 ? [count(sites, "kept copy", "kept copies") + " of the site"] : []),
    ...hostnamesOf(db, service.id).map((hostname) => `The route of ${hostname}`),
    ...(traitsOf(service).named ? [`The private name ${service.name}`] : []),
    ...(variables > 0 ? [count(variables, "variable")] : []),
    ...(lastDeployment(db, service.id) === undefined ? [] : ["Its deployments and their logs"]),
  ];
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
