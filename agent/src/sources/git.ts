import { join } from "node:path";
import { gitSource, type GitSource } from "../../contract/index.ts";
import { describe } from "../../contract/problem.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import type { JobContext } from "../jobs/index.ts";
import { fetchSource, removeSource, sourceDirectory } from "../git/index.ts";
import { askedOf, updateDeployment, updateRelease } from "../store/index.ts";
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
  return { directory: join(checkout, rootDirectory), repository: checkout, name: rootDirectory === "" ? "the repository's root" : rootDirectory };
}

async function fetchCommit({ deps, context, plan: { release }, signal }: Bringing, { url, branch, rootDirectory, submodules, lfs }: GitSource): Promise<Material> {
  const into = checkoutPath(deps, context.job.id);
  // An earlier life of this job cannot have left it: every job has its own folder and runs once.
  await removeSource(into);
  const { commit, absent } = await fetchSource({
    url,
    branch,
    commit: askedOf(context.job.input).commit,
    into,
    sourcesDir: deps.paths.sources,
    account: deps.sandbox,
    signal,
    log: context.log,
    submodules,
    lfs,
    coming: (done, total) => context.progress({ done, total, unit: "bytes" }),
  });
  release.commit = commit;
  updateRelease(deps.db, release.id, { commit });
  updateDeployment(deps.db, release.deploymentId, { commit });
  context.detail(`${commit.sha.slice(0, 7)} ${commit.message}`);
  context.log(`Commit ${commit.sha} by ${commit.author}: ${commit.message}`);
  warnOf(context, "SOURCE_LFS_POINTERS", absent.pointers);
  warnOf(context, "SOURCE_SUBMODULES_EMPTY", absent.submodules);
  await sourceDirectory({ into, rootDirectory, sha: commit.sha });
  return material(into, rootDirectory);
}

/** Paths that a sentence names; the log names them all. */
const NAMED = 5;

function warnOf(context: JobContext, code: "SOURCE_LFS_POINTERS" | "SOURCE_SUBMODULES_EMPTY", all: string[]) {
  if (all.length === 0) return;
  const more = all.length - NAMED;
  const warning = describe(code, { paths: more > 0 ? [...all.slice(0, NAMED), `${more} more`] : all });
  context.warn(warning);
  context.log(warning.message);
  if (more > 0) for (const path of all) context.log(`  ${path}`);
}
