import { lstat } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { siteMarks, type SiteAnswers } from "../caddy/index.ts";
import { effect, filesOf } from "../effects/index.ts";
import { fail, Failure } from "../../contract/index.ts";
import { endOf, rawOf, under } from "../git/index.ts";
import { diskFull } from "../host/index.ts";
import { agentStops, type Account } from "../sandbox/index.ts";
import { buildx, type Common } from "./buildx.ts";
import { copySite, markSite, publish, settleSite, type SiteLimits } from "./site-files.ts";

const { mkdir, rename, rm, symlink, writeFile } = filesOf("build.site");

export type SiteBuild = Common & {
  context: string;
  /** Holds the context; no link of what is served may leave it. Without: the context itself. */
  repository?: string;
  contextName: string;
  site: { outputDirectory: string; buildCommand: string | null; buildImage: string } & SiteAnswers;
  /** What the build command is given: the service's variables, and what is told of the release. */
  variables: Record<string, string>;
  /** Another one runs the build command again. It may be read by anybody, so nobody may learn a variable from it. */
  variablesKey: string;
  /** DATA_DIR/sites/<service>/<release>; appears by one rename when it is whole. */
  into: string;
  /** Owner of the checkout. */
  account: Account | null;
  limitBytes?: number;
};

const LIMIT_BYTES = 2 * 2 ** 30;
const LIMIT_FILES = 200_000;

const staging = (into: string) => `${into}.new`;

/** Makes the files of a static site; they end up readable for Caddy's user and writable for root alone. */
export async function buildSite(o: SiteBuild): Promise<{ files: number; bytes: number }> {
  const limits: SiteLimits = { bytes: o.limitBytes ?? LIMIT_BYTES, files: LIMIT_FILES, dotfiles: o.site.dotfiles ?? false };
  const staged = staging(o.into);
  await mkdir(dirname(o.into), { recursive: true, mode: 0o755 });
  // A copy goes on nowhere: what an earlier agent had begun would be in its way.
  if (!o.rejoin || o.site.buildCommand === null) await emptied(staged);
  // The earlier agent had come as far as the last rename: looked at once more, it appears once more.
  else if (!(await lstat(staged).catch(() => null))) await rename(o.into, staged).catch(() => {});
  try {
    const size = o.site.buildCommand === null ? await asItIs(o, staged, limits) : await built(o, o.site.buildCommand, staged, limits);
    await markSite(staged, siteMarks(o.site));
    await publish(staged, o.into);
    return size;
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "ENOSPC" ? await diskFull(dirname(o.into), error) : error;
  } finally {
    if (!agentStops(o.signal)) await rm(staged, { recursive: true, force: true });
  }
}

/** Closed to all but root while it is filled: what a builder writes may belong to anybody. */
async function emptied(staged: string): Promise<void> {
  await rm(staged, { recursive: true, force: true });
  await mkdir(staged, { mode: 0o700 });
}

async function asItIs(o: SiteBuild, staged: string, limits: SiteLimits) {
  const repository = o.repository ?? o.context;
  const from = await endOf(repository, rawOf(relative(repository, join(o.context, o.site.outputDirectory))));
  if (from === null) throw fail("SOURCE_ESCAPES", { path: o.site.outputDirectory });
  const found = await lstat(under(repository, from)).catch(() => null);
  if (!found?.isDirectory()) throw fail("STATIC_OUTPUT_MISSING", { path: o.site.outputDirectory || "/" });
  // Written like a builder's output, so that a reader of that file after a crash finds the same line.
  const line = `Copying the files of ${o.site.outputDirectory || o.contextName}`;
  await writeFile(o.outputFile, `${line}\n`, { mode: 0o600 });
  o.log(line, "err");
  return await effect("build.site.copy", () => copySite({ repository, from }, staged, limits, o.signal));
}

async function built(o: SiteBuild, command: string, staged: string, limits: SiteLimits) {
  const scratch = join(o.tmpDir, "site");
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  try {
    const dockerfile = join(scratch, "Dockerfile");
    await writeFile(dockerfile, siteDockerfile(o, command), { mode: 0o600 });
    // Stands in for the repository's own .dockerignore, which is meant for another build.
    await writeFile(`${dockerfile}.dockerignore`, ".git\n", { mode: 0o600 });
    const secrets = join(scratch, "variables");
    if (!o.rejoin) await writeFile(secrets, variableLines(o.variables), { mode: 0o600 });
    await buildx(
      ["--secret", `id=variables,src=${secrets}`, "--output", `type=local,dest=${staged}`, "--file", dockerfile, "--", o.context],
      { ...o, dockerfile },
    ).catch((error: unknown) => {
      throw isOutputMissing(error) ? fail("STATIC_OUTPUT_MISSING", { path: o.site.outputDirectory || "/" }, { cause: error }) : error;
    });
    await mkdir(staged, { recursive: true, mode: 0o755 });
    return await effect("build.site.settle", () => settleSite(staged, limits, o.signal));
  } finally {
    if (!agentStops(o.signal)) await rm(scratch, { recursive: true, force: true });
  }
}

const OUTPUT_STEP = "COPY --from=build";

const isOutputMissing = (error: unknown) =>
  error instanceof Failure && error.problem.code === "BUILD_STEP_FAILED" && String(error.problem.values.step).includes(OUTPUT_STEP);

/** The command stands in JSON, so that no line of it can become an instruction. */
export function siteDockerfile({ site, variables, variablesKey }: Pick<SiteBuild, "site" | "variables" | "variablesKey">, command: string): string {
  const some = Object.keys(variables).length > 0;
  const argv = ["sh", "-c", some ? `. /run/secrets/variables; ${command}` : command];
  const output = ["/source", site.outputDirectory].filter((part) => part !== "").join("/");
  return [
    `FROM ${site.buildImage} AS build`,
    "WORKDIR /source",
    "COPY . .",
    // A secret's content is no part of the cache's key: other variables must run the command again.
    `ARG AEROPLANE_VARIABLES_KEY=${variablesKey}`,
    `RUN ${some ? "--mount=type=secret,id=variables " : ""}${JSON.stringify(argv)}`,
    "FROM scratch",
    `${OUTPUT_STEP} ${JSON.stringify([`${output}/`, "/"])}`,
    "",
  ].join("\n");
}

const variableLines = (variables: Record<string, string>) =>
  Object.entries(variables)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join("");

/** One more name for the files of a release; answers false where they are not here any more. Idempotent. */
export async function linkSite(from: string, into: string): Promise<boolean> {
  if (!(await lstat(from).catch(() => null))?.isDirectory()) return false;
  await rm(into, { force: true });
  await symlink(basename(from), into);
  return true;
}

/** Removes a site's release, or its name for another one's files. Idempotent. */
export async function removeSite(into: string): Promise<void> {
  for (const path of [into, staging(into)]) await rm(path, { recursive: true, force: true });
}
