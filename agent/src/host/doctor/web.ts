import { configFile } from "../../caddy/process.ts";
import { describe, OLDEST_CADDY, toProblem } from "../../../contract/index.ts";
import type { DoctorDeps } from "./deps.ts";
import { atLeast } from "./figures.ts";
import { bad, ok, unknown, type Finding, type Look } from "./look.ts";
import { holderOf, type Holder } from "./ports.ts";

const HTTPS = 443;

export function webLooks({ core, caddy }: DoctorDeps): Look[] {
  const { config } = core;
  const mine = (holder: Holder) => holder?.argv.includes(configFile(config.dataDir)) === true;
  return [
    { id: "caddy.answers", group: "web", title: "Caddy answers", look: () => answers(caddy, config.caddyUnit) },
    { id: "caddy.config", group: "web", title: "Caddy's configuration", look: () => loaded(caddy) },
    { id: "caddy.version", group: "web", title: "Caddy version", look: async () => judgeCaddy(await caddy.version(), config.caddy) },
    {
      id: "port.http",
      group: "web",
      title: `Port ${config.httpPort}`,
      look: async (signal) => judgePort(config.httpPort, await holderOf(config.httpPort, signal), mine),
    },
    {
      id: "port.https",
      group: "web",
      title: `Port ${HTTPS}`,
      // Kept free for certificates; where sites answer on another port than 80, nobody expects 443 either.
      look: async (signal) => (config.httpPort === 80 ? judgeSpare(HTTPS, await holderOf(HTTPS, signal), mine) : null),
    },
  ];
}

async function answers(caddy: DoctorDeps["caddy"], unit: string | null): Promise<Finding> {
  const commands = unit === null ? [] : [`journalctl --unit ${unit} --lines 50 --no-pager`, `systemctl restart ${unit}`];
  try {
    if ((await caddy.look()) !== "none") return ok("its admin socket answers");
    return { state: "fail", detail: null, problem: describe("CADDY_UNAVAILABLE", { why: "nothing answers on its admin socket" }), commands, fix: "caddy.ensure" };
  } catch (error) {
    return { state: "fail", detail: null, problem: toProblem(error), commands, fix: "caddy.ensure" };
  }
}

async function loaded(caddy: DoctorDeps["caddy"]): Promise<Finding> {
  const whose = await caddy.look().catch(() => "none");
  if (whose === "none") return unknown("Caddy does not answer");
  return whose === "own" ? ok("the agent's, as it was made") : bad("fail", "CADDY_CONFIG_OTHER", {}, { fix: "caddy.ensure" });
}

export function judgeCaddy(version: string | null, path: string): Finding {
  if (version === null) return { state: "fail", detail: path, problem: describe("CADDY_UNAVAILABLE", { why: `${path} does not run` }) };
  const detail = `${version.replace(/^v/, "")} · needed ${OLDEST_CADDY} · ${path}`;
  return atLeast(version, OLDEST_CADDY) ? ok(detail) : bad("fail", "CADDY_OUTDATED", { version, wanted: OLDEST_CADDY }, { detail });
}

export function judgePort(port: number, holder: Holder | undefined, mine: (holder: Holder) => boolean): Finding {
  if (holder === undefined) return bad("fail", "PORT_SILENT", { port }, { fix: "caddy.ensure", commands: [`ss -ltnp 'sport = :${port}'`] });
  if (holder === null) return unknown("something listens, but not as a user whose programs the agent may see");
  if (mine(holder)) return ok(`held by the agent's Caddy, process ${holder.pid}`);
  return heldBy("fail", port, holder);
}

export function judgeSpare(port: number, holder: Holder | undefined, mine: (holder: Holder) => boolean): Finding {
  if (holder === undefined) return ok("free");
  if (holder === null) return unknown("something listens, but not as a user whose programs the agent may see");
  return mine(holder) ? ok(`held by the agent's Caddy, process ${holder.pid}`) : heldBy("warn", port, holder);
}

const heldBy = (state: "warn" | "fail", port: number, { name, pid }: NonNullable<Holder>): Finding =>
  bad(state, "PORT_HELD", { port, program: name }, { detail: `held by ${name}, process ${pid}`, commands: [`ss -ltnp 'sport = :${port}'`, `ps -o pid,user,args -p ${pid}`] });
