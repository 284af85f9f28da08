import { run } from "../sandbox/index.ts";

/** A volume that takes longer is not measured. */
const SECONDS = 120;
/** What it may use: it remembers each file that has several names. */
const MEMORY = 512 * 1024 ** 2;

/**
 * Bytes of the disk that a volume takes up, as `du` shows them: blocks, with those of folders, a file with several names
 * once, on its own file system alone. It follows no link, has no memory of the agent's, and comes after everything else.
 * A string: why it could not be told.
 */
export async function measureFolder(folder: string, signal?: AbortSignal): Promise<number | string> {
  const done = await run(["nice", "-n", "19", "prlimit", `--as=${MEMORY}`, "--core=0", "du", "--summarize", "--one-file-system", "--block-size=1", "--", folder], {
    cwd: "/",
    env: { LC_ALL: "C" },
    account: null,
    seconds: SECONDS,
    ...(signal === undefined ? {} : { signal }),
  });
  signal?.throwIfAborted();
  if (done.killedBy === "deadline") return `it has so many files that ${SECONDS} s were not enough`;
  // A file that goes while it is measured makes du say so, and count the rest: the last line is the sum all the same.
  const bytes = /^(\d+)\t/.exec(done.stdout.trimEnd().split("\n").at(-1) ?? "")?.[1];
  return bytes === undefined || done.code > 1 ? done.stderr.trim().split("\n").at(-1)?.slice(0, 200) || "its folder could not be read" : Number(bytes);
}
