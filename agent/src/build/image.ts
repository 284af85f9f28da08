import { lstat, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { filesOf } from "../effects/index.ts";
import { fail } from "../../contract/index.ts";
import { endOf, rawOf, under } from "../git/index.ts";
import { buildx, type Common } from "./buildx.ts";

const { mkdir, rm } = filesOf("build.image");

export type ImageBuild = Common & {
  /** Absolute directory; holds the Dockerfile. */
  context: string;
  /** Holds the context; no link to the Dockerfile may leave it. Without: the context itself. */
  repository?: string;
  /** What a person calls it: the root directory, or "the repository's root". */
  contextName: string;
  tag: string;
  labels: Record<string, string>;
};

/** Builds the Dockerfile in `context` on Docker's own BuildKit. Typed failures only. */
export async function buildImage(o: ImageBuild): Promise<{ imageId: string }> {
  const dockerfile = await dockerfileOf(o);

  await mkdir(o.tmpDir, { recursive: true });
  // Goes with the job's scratch space and not before: an agent that comes back after the build reads it too.
  const metadata = join(o.tmpDir, "image.json");
  if (!o.rejoin) await rm(metadata, { force: true });
  const labels = Object.entries(o.labels).flatMap(([name, value]) => ["--label", `${name}=${value}`]);
  await buildx(["--load", "--tag", o.tag, ...labels, "--metadata-file", metadata, "--file", dockerfile, "--", o.context], { ...o, dockerfile });
  const { "containerimage.digest": imageId } = JSON.parse(await readFile(metadata, "utf8")) as Record<string, string>;
  if (imageId === undefined) throw fail("BUILDER_MISSING", { why: "it did not say which image it made" });
  return { imageId };
}

/** Where it ends if it is a link: it may lie beside the context. */
async function dockerfileOf({ context, contextName, repository = context }: ImageBuild): Promise<string> {
  const end = await endOf(repository, rawOf(relative(repository, join(context, "Dockerfile"))));
  if (end === null) throw fail("SOURCE_ESCAPES", { path: "Dockerfile" });
  const dockerfile = under(repository, end).toString();
  const found = await lstat(dockerfile).catch(() => null);
  if (!found?.isFile()) throw fail("DOCKERFILE_MISSING", { path: contextName });
  return dockerfile;
}
