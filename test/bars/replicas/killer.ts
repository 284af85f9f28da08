// Kills the processes of instances that serve, one at a time, and measures how soon Caddy's route no longer names the dead one.
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { setPriority } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { attempt, run } from "../../world/command.ts";
import { until } from "../../world/wait.ts";
import type { AgentProcess } from "../agent-process.ts";

export type Kill = {
  /** The container's own name for itself, which the app logs. */
  instance: string;
  /** When its process was killed, ms. */
  at: number;
  /** When its kernel had closed what it had open, ms: until then connections to it are taken, and nobody reads them. */
  gone: number;
  /** From Docker's stamp of its death to the route without it; null: the route named no other. */
  outAfterMs: number | null;
};

export function createKiller(agent: AgentProcess, serviceId: string) {
  const link = join(agent.dataDir, "routes", "services", serviceId);
  const named = async (address: string) => (await readlink(link).catch(() => "")).includes(`${address}:`);

  async function kill(signal: AbortSignal): Promise<Kill | null> {
    const { instances } = await agent.client.services.get({ id: serviceId });
    const live = instances.filter(({ state, containerName }) => state === "live" && containerName !== null);
    const chosen = live[Math.floor(Math.random() * live.length)]?.containerName;
    if (!chosen) return null;
    const format = "{{.Id}} {{.State.Pid}} {{range .NetworkSettings.Networks}}{{.IPAMConfig.IPv4Address}}{{end}}";
    const found = await attempt(["docker", "inspect", "--format", format, chosen]);
    const [id = "", init = "", address = ""] = found.stdout.trim().split(" ");
    const pid = found.code === 0 ? await childOf(Number(init)) : null;
    if (pid === null || !(await named(address))) return null;
    await hurry(pid);
    await sleep(50, undefined, { signal });
    const at = Date.now();
    // A deploy may have ended it in between.
    if (!ended(pid)) return null;
    const gone = goneAt(pid);
    let out: number | null = null;
    for (const end = at + 20_000; live.length > 1 && out === null && Date.now() < end; await sleep(2)) {
      // When the link was made; what comes later has another.
      if (!(await named(address))) out = (await lstat(link)).ctimeMs;
    }
    const died = await deathOf(id, at);
    return { instance: id.slice(0, 12), at, gone: await gone, outAfterMs: out === null ? null : Math.max(0, out - died) };
  }
  return { kill };
}

/** False: there was nothing left to end. */
function ended(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    return false;
  }
}

/** The app, below the init of its container. */
async function childOf(init: number): Promise<number | null> {
  const children = await readFile(`/proc/${init}/task/${init}/children`, "utf8").catch(() => "");
  return Number(children.trim().split(" ")[0]) || null;
}

/** Of a killed process the first thread may be over long before the last one, which closes the files. */
async function goneAt(pid: number): Promise<number> {
  const isGone = async () => {
    const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    return threads.length === 0 || stat === "" || (threads.length === 1 && /\) [ZX] /.test(stat));
  };
  await until("the end of a killed process", isGone, { within: 60_000, every: 1 });
  return Date.now();
}

/** On a busy machine a process may be killed with requests that it had no processor to read: this one reads at once. */
async function hurry(pid: number): Promise<void> {
  for (const thread of await readdir(`/proc/${pid}/task`).catch(() => [])) {
    try {
      setPriority(Number(thread), -20);
    } catch {
      // Not allowed here, or gone.
    }
  }
}

async function deathOf(id: string, since: number): Promise<number> {
  const [from, to] = [since / 1000, Date.now() / 1000 + 1].map((second) => second.toFixed(3));
  const events = await run(["docker", "events", "--since", from!, "--until", to!, "--filter", `container=${id}`, "--filter", "event=die", "--format", "{{.TimeNano}}"]);
  return Number(BigInt(events.trim().split("\n")[0] || `${since}000000`) / 1_000_000n);
}
