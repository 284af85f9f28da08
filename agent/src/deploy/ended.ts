import { fail, type Failure } from "../../contract/problem.ts";
import { fileBegins, inspectContainer } from "../docker/container.ts";
import { lastLines } from "../docker/output-kept.ts";
import type { CheckRequest } from "./check.ts";
import type { DeployDeps } from "./deps.ts";
import { memoryWords } from "./limits.ts";

/** Lines of a dead app that stand beside its exit code. */
const LAST_LINES = 20;
/** Of a process that was killed: 128 and the number of the signal. */
const KILLED = 137;

/** The image's init says so when there was nothing to run. */
const REFUSED = /^\[FATAL tini \(\d+\)\] (?:exec (\S+) failed: )?(.*?)\.?$/;
/** Inits that are somebody's child say this and go. */
const WANTS_PID_ONE = /can only run as pid 1|must (?:be )?run as (?:pid|process(?: no)?) 1|not running as pid 1|run as process no 1/i;
/** What shells and env say of a word that ends with a carriage return. */
const HAS_CR = /\\r['’]|\r['’]|\r: not found|\^M: bad interpreter|illegal option -\r?$/i;

/** Why a process that has ended did, as far as its container tells. */
export async function causeOf({ docker }: DeployDeps, { service, release, launched: { containerId: id } }: CheckRequest, code: number): Promise<Failure> {
  const lines = await lastLines(docker, id, LAST_LINES).catch(() => []);
  const detail = lines.join("\n");
  const named = { service: service.name };
  const refused = code >= 126 ? lines.map((line) => REFUSED.exec(line)).find((found) => found !== null) : undefined;
  if (refused) {
    const [, path, why = ""] = refused;
    if (path !== undefined && (await hasCr(docker, id, path))) return fail("SCRIPT_HAS_CRLF", { ...named, path }, { detail });
    return fail("CONTAINER_NOT_STARTED", { ...named, why: path === undefined ? why : `exec ${path} failed: ${why}` });
  }
  const facts = await inspectContainer(docker, id).catch(() => null);
  if (facts?.outOfMemory) return fail("APP_OUT_OF_MEMORY", { ...named, limit: memoryWords(release.config) }, { detail });
  if (lines.some((line) => WANTS_PID_ONE.test(line))) return fail("APP_WANTS_PROCESS_ONE", named, { detail });
  if (lines.some((line) => HAS_CR.test(line))) return fail("SCRIPT_HAS_CRLF", { ...named, path: "its start script" }, { detail });
  if (code === KILLED) return fail("APP_KILLED", { ...named, code }, { detail });
  return fail("APP_EXITED", { ...named, code }, { detail });
}

/** A script whose first line ends as on Windows names a program that does not exist. */
async function hasCr(docker: DeployDeps["docker"], id: string, path: string): Promise<boolean> {
  const head = await fileBegins(docker, id, path).catch(() => null);
  return head !== null && /^#![^\n]*\r\n/.test(head);
}
