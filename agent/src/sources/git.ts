import { join } from "node:path";
import { gitSource, type GitSource } from "../../contract/index.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { fetchSource, removeSource, sourceDirectory } from "../git/index.ts";
import { updateDeployment, updateRelease } from "../store/index.ts";
import type { Bringing, Material, SourceEntry } from "./source.ts";

/** A repository: its material is a checkout, its revision the newest commit of the branch. */
export const git: SourceEntry<GitSource> = {
  schema: gitSource,
  bring: fetchCommit,
  again: ({ deps, jobId }, { rootDirectory }) => material(checkoutPath(deps, jobId), rootDirectory),
};

/** Every job has a checkout of its own, which goes when the job has ended. */
export function checkoutPath({ paths }: Pick<DeployDeps, "paths">, jobId: string): string {
  return paths.source(jobId);
}

function material(checkout: string, rootDirectory: string): NonNullable<Material> {
  return { directory: join(checkout, rootDirectory), name: rootDirectory === "" ? "the repository's root" : rootDirectory };
}

async function fetchCommit({ deps, context, plan: { release }, signal }: Bringing, { url, branch, rootDirectory }: GitSource): Promise<Material> {
  const into = checkoutPath(deps, context.job.id);
  // An earlier life of this job cannot have left it: every job has its own folder and runs once.
  await removeSource(into);
  const commit = await fetchSource({
    url,
    branch,
    into,
    sourcesDir: deps.paths.sources,
    account: deps.sandbox,
    signal,
    log: context.log,
  });
  release.commit = commit;
  updateRelease(deps.db, release.id, { commit });
  updateDeployment(deps.db, release.deploymentId, { commit });
  context.detail(`${commit.sha.slice(0, 7)} ${commit.message}`);
  context.log(`Commit ${commit.sha} by ${commit.author}: ${commit.message}`);
  await sourceDirectory({ into, rootDirectory, sha: commit.sha });
  return material(into, rootDirectory);
}
