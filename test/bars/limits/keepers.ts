// Who keeps the server going: by process and time of its start, so that one that came back is another.
import { readdir, readFile } from "node:fs/promises";
import type { AgentProcess } from "../agent-process.ts";

/** Null: it does not run. */
export async function keepers({ pid, dataDir }: AgentProcess): Promise<Record<string, string | null>> {
  const caddy = await processWith((words) => words[0]?.endsWith("caddy") === true && words.some((word) => word.includes(dataDir)));
  const dockerd = await processWith((words) => words[0]?.endsWith("dockerd") === true && !words.includes("--data-root"));
  return { agent: await lifeOf(pid()), Caddy: caddy === null ? null : await lifeOf(caddy), dockerd: dockerd === null ? null : await lifeOf(dockerd) };
}

async function processWith(is: (words: string[]) => boolean): Promise<number | null> {
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const words = (await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "")).split("\0");
    if (is(words)) return Number(name);
  }
  return null;
}

/** Its id with the ticks at its start: the 22nd field, behind a name that may hold spaces. */
async function lifeOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  return stat && `${pid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
}
