import { fail, type Failure } from "../../contract/index.ts";
import { registryFailure } from "../docker/registry-words.ts";
import { freeSpace } from "../host/index.ts";
import { heredocIn, scriptWithCr } from "./causes.ts";
import type { FailedStep } from "./progress.ts";

export type BuildWords = {
  serviceName: string;
  /** How a person calls the directory that is built. */
  contextName: string;
  /** Where Docker keeps its data. */
  engineDir(): Promise<string>;
  step: FailedStep | null;
  /** buildx's own lines outside the progress. */
  plain: string;
  /** What was built, for what only it can tell. */
  context: string;
  dockerfile: string;
};

/** 128 and the number of the signal. */
const KILLED = "137";
const NO_SPACE = /no space left on device|disk quota exceeded|ENOSPC/i;
const METADATA = /^\[internal\] load metadata for (\S+)|^resolve image config for (?:docker-image:\/\/)?(\S+)|^\[.*\] FROM (\S+)/;

/** A failed build as one of the table's failures. */
export async function buildFailure(words: BuildWords): Promise<Failure> {
  const { step, plain } = words;
  const said = step?.error ?? plain;
  const detail = [...(step?.lastLines ?? []), plain.trim()].join("\n").slice(-4000);

  if (NO_SPACE.test(said) || NO_SPACE.test(plain) || (step?.lastLines ?? []).some((line) => NO_SPACE.test(line)))
    return fail("BUILD_DISK_FULL", { service: words.serviceName, free: await freeSpace(await words.engineDir()) }, { detail });
  if (/Cannot connect to the Docker daemon|error during connect|docker daemon is not running/i.test(plain))
    return fail("DOCKER_UNAVAILABLE", { why: lastWords(plain) }, { detail });

  const base = step === null ? null : METADATA.exec(step.name);
  if (base) {
    const reference = familiar(base[1] ?? base[2] ?? base[3] ?? "");
    const told = registryFailure(said, { reference, absent: "BASE_IMAGE_NOT_FOUND", detail });
    if (told) return told;
  }

  const code = /exit code: (\d+)/.exec(said)?.[1];
  if (step && code === KILLED) return fail("BUILD_KILLED", { step: shorten(step.name), code: Number(code) }, { detail });
  const script = step && code ? await scriptWithCr(words.context, step.name) : null;
  if (script !== null) return fail("SCRIPT_HAS_CRLF", { service: words.serviceName, path: script }, { detail });
  if (step && code) return fail("BUILD_FAILED", { step: shorten(step.name), code: Number(code) }, { detail });
  const why = dockerfileProblem(plain);
  const heredoc = why !== null && /unknown instruction/i.test(why) ? await heredocIn(words.dockerfile) : null;
  if (heredoc !== null) return fail("DOCKERFILE_HEREDOC_UNKNOWN", { path: words.contextName, line: heredoc }, { detail });
  if (why) return fail("DOCKERFILE_INVALID", { path: words.contextName, why }, { detail });
  if (step) return fail("BUILD_STEP_FAILED", { step: shorten(step.name), why: shorten(lastWords(said)) }, { detail });
  return fail("BUILD_STEP_FAILED", { step: "start", why: shorten(lastWords(plain) || "the builder said nothing") }, { detail });
}

/** BuildKit reads the Dockerfile before any step: what it says then is about the file. */
function dockerfileProblem(plain: string): string | null {
  const parse = /dockerfile parse error(?: on)? (line \d+: .*)/i.exec(plain);
  if (parse) return parse[1]!.trim();
  const other = /failed to (?:create LLB definition|solve with frontend dockerfile\.v0|parse stage name[^:]*|read dockerfile): (.*)/is.exec(plain);
  if (other) return shorten(lastWords(other[1]!));
  const known = /(no build stage in current context|file with no instructions|base name \(.*\) should not be blank|circular dependency.*|invalid reference format|unknown flag: .*|dockerfile contains no stages.*)/i.exec(plain);
  return known ? shorten(known[1]!) : null;
}

/** "a: b: c" says c. */
function lastWords(text: string): string {
  const line = text.trim().split("\n").findLast((candidate) => /ERROR|error/.test(candidate)) ?? text.trim().split("\n").at(-1) ?? "";
  return line
    .replace(/^ERROR: /, "")
    .replace(/^(failed to build: )?(failed to solve: )+(rpc error: code = \w+ desc = )?/, "")
    .replace(/^failed to solve with frontend dockerfile\.v0: (failed to create LLB definition: )?/, "")
    .replace(/\.$/, "")
    .trim();
}

const shorten = (text: string) => (text.length > 200 ? `${text.slice(0, 199)}…` : text);

/** As it stands in a FROM line. */
const familiar = (reference: string) => reference.replace(/^docker\.io\/(library\/)?/, "").replace(/@sha256:.*$/, "");
