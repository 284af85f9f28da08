// Kills instances that serve, one at a time, and measures how soon Caddy's route no longer names the dead one.
import { lstat, readlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { run, attempt } from "../../world/command.ts";
import type { AgentProcess } from "../agent-process.ts";

export type Kill = {
  /** The container's own name for itself, which the app logs. */
  instance: string;
  /** Docker's own stamp of the death, ms. */
  at: number;
  /** From that stamp to the route without it; null: the route did not name it any more, or named no other. */
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
    const format = "{{.Id}} {{range .NetworkSettings.Networks}}{{.IPAMConfig.IPv4Address}}{{end}}";
    const found = await attempt(["docker", "inspect", "--format", format, chosen]);
    const [id = "", address = ""] = found.stdout.trim().split(" ");
    if (found.code !== 0 || !(await named(address))) return null;
    const since = Date.now();
    if ((await attempt(["docker", "kill", "--signal", "KILL", id])).code !== 0) return null;
    const until = Date.now() + 5000;
    let out: number | null = null;
    while (live.length > 1 && Date.now() < until) {
      if (!(await named(address))) {
        // When the link was made; what comes later has another.
        out = (await lstat(link)).ctimeMs;
        break;
      }
      await sleep(2, undefined, { signal });
    }
    const at = await deathOf(id, since);
    return { instance: id.slice(0, 12), at, outAfterMs: out === null ? null : Math.max(0, out - at) };
  }
  return { kill };
}

async function deathOf(id: string, since: number): Promise<number> {
  const [from, to] = [since / 1000, Date.now() / 1000 + 1].map((second) => second.toFixed(3));
  const events = await run(["docker", "events", "--since", from!, "--until", to!, "--filter", `container=${id}`, "--filter", "event=die", "--format", "{{.TimeNano}}"]);
  return Number(BigInt(events.trim().split("\n")[0] || `${since}000000`) / 1_000_000n);
}
