import { fail, type Failure } from "../../contract/index.ts";
import { during } from "../effects/index.ts";
import type { ToolLog } from "../sandbox/index.ts";
import { git, type GitPlace } from "./git.ts";
import { limitReached } from "./limits.ts";

type Act = {
  place: GitPlace;
  /** Of the repository. */
  url: string;
  log: ToolLog;
  /** What its words mean. */
  failure: (said: string) => Failure;
  /** Who has to end in time, and with whom it speaks; Git itself with the repository's host where it is nobody else. */
  program?: string;
  address?: string;
};

/** One command of Git that has to succeed: what it says goes to the log, and how it ended is one of the table's failures. */
export async function act(args: string[], { place, url, log, failure, program = "git", address = url }: Act): Promise<void> {
  const done = await git(args, place);
  place.signal.throwIfAborted();
  const lines = linesOf(done.stderr);
  for (const line of lines) log(line, "err");
  if (done.killedBy === "deadline") throw fail("GIT_UNREACHABLE", { url: address }, { detail: `${program} did not end within ${place.seconds} s` });
  during("child.git");
  if (done.code === 0) return;
  const stderr = lines.join("\n");
  throw (await limitReached({ ...done, stderr }, url, place)) ?? failure(stderr);
}

/** What git-lfs says of itself, which is gone when the fetch is. */
const ITS_OWN = /^(Downloading |Errors logged to |Use `git lfs logs )/;
/** Behind the address of an object often stands a signature that opens it. */
const QUERY = /(\bhttps?:\/\/[^\s?"']*)\?[^\s"']*/gi;

export const linesOf = (said: string): string[] =>
  said
    .replaceAll(QUERY, "$1?…")
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== "" && !ITS_OWN.test(line));
