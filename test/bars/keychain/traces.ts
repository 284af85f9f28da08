// Everything that a run leaves: files, what its processes were started with, what they printed, what the window was told.
import { readdir, readFile, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import { found, type Canary } from "./canary.ts";

export type Traces = ReturnType<typeof watchProcesses>;

/** Looks at the arguments and the environment of a process and all below it, for as long as the run takes. */
export function watchProcesses(roots: () => number[]) {
  const seen = new Map<string, Buffer>();
  let going = true;
  const look = async () => {
    for (const pid of await family(roots())) {
      for (const what of ["cmdline", "environ"]) {
        const bytes = await readFile(`/proc/${pid}/${what}`).catch(() => undefined);
        if (bytes && bytes.length > 0) seen.set(`${what} of ${pid}: ${bytes.toString("latin1")}`, bytes);
      }
    }
  };
  const done = (async () => {
    while (going) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  })();
  return {
    seen,
    async stop() {
      going = false;
      await done;
    },
  };
}

async function family(roots: number[]): Promise<number[]> {
  const below = await Promise.all(roots.map(async (pid) => family(await childrenOf(pid))));
  return [...roots, ...below.flat()];
}

async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, "utf8").catch(() => "")));
  return lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
}

/** What a program that still runs has taken away meanwhile is none. */
const there = <T>(read: Promise<T>, none: T): Promise<T> =>
  read.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return none;
  });

/** Every file below these folders with a secret in it or in its name, but for those that may. */
export async function searchFiles(folders: readonly string[], canaries: readonly Canary[]): Promise<{ files: number; hits: string[] }> {
  let files = 0;
  const hits: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const path = join(folder, entry.name);
      hits.push(...found(Buffer.from(entry.name), canaries).map((one) => `${one} in the name ${path}`));
      if (entry.isDirectory()) await walk(path);
      else if (entry.isSymbolicLink()) hits.push(...found(Buffer.from(await there(readlink(path), "")), canaries).map((one) => `${one} in the link ${path}`));
      else if (entry.isFile() && (await there(stat(path).then(({ size }) => size), 0)) < 64 * 1024 * 1024) {
        files += 1;
        hits.push(...found(await there(readFile(path), Buffer.alloc(0)), canaries).map((one) => `${one} in ${path}`));
      }
    }
  };
  for (const folder of folders) await walk(folder);
  return { files, hits };
}
