import { dirname } from "node:path";
import { configFile } from "../../caddy/keeper/index.ts";
import { describe, OLDEST_CADDY, toProblem } from "../../../contract/index.ts";
import type { DoctorDeps } from "./deps.ts";
import { atLeast } from "./figures.ts";
import { bad, ok, unknown, type Finding, type Look } from "./look.ts";
import { judgePart } from "./parts.ts";
import { holdersOf, type Holder } from "./ports.ts";

const HTTPS = 443;

export function webLooks({ core, caddy }: DoctorDeps): Look[] {
  const { config } = core;
  const whose = whoseOf(config.dataDir);
  return [
    { id: "caddy.answers", group: "web", title: "Caddy answers", look: () => answers(caddy, config.caddyUnit) },
    { id: "caddy.config", group: "web", title: "Caddy's configuration", look: () => loaded(caddy) },
    { id: "caddy.version", group: "web", title: "Caddy version", look: async () => judgeCaddy(await caddy.version(), config.caddy) },
    {
      id: "port.http",
      group: "web",
      title: `Port ${config.httpPort}`,
      look: async (signal) => judgePort(config.httpPort, await holdersOf(config.httpPort, signal), whose),
    },
    { id: "port.kept", group: "web", title: `Port ${config.httpPort} stays open`, look: async () => judgeKept(config.httpPort, await caddy.portKept()) },
    {
      id: "port.https",
      group: "web",
      title: `Port ${HTTPS}`,
      // Kept free for certificates; where sites answer on another port than 80, nobody expects 443 either.
      look: async (signal) => (config.httpPort === 80 ? judgeSpare(HTTPS, await holdersOf(HTTPS, signal), whose) : null),
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
  return judgePart("caddy", version, atLeast(version, OLDEST_CADDY) ? ok(detail) : bad("fail", "CADDY_OUTDATED", { version, wanted: OLDEST_CADDY }, { detail }));
}

export type Whose = (holder: Holder) => "caddy" | "keeper" | "other";

/** systemd, or a shell of ours, has the port too: it keeps it for Caddy. */
function whoseOf(dataDir: string): Whose {
  const config = configFile(dataDir);
  return (holder) => {
    if (holder?.argv.includes(config)) return "caddy";
    return holder?.pid === 1 || holder?.argv.includes(dirname(config)) ? "keeper" : "other";
  };
}

export function judgePort(port: number, holders: Holder[], whose: Whose): Finding {
  return judgeHolders("fail", port, holders, whose) ?? bad("fail", "PORT_SILENT", { port }, { fix: "caddy.ensure", commands: [`ss -ltnp 'sport = :${port}'`] });
}

export function judgeSpare(port: number, holders: Holder[], whose: Whose): Finding {
  return judgeHolders("warn", port, holders, whose) ?? ok("free");
}

function judgeHolders(state: "warn" | "fail", port: number, holders: Holder[], whose: Whose): Finding | null {
  const own = holders.find((holder) => whose(holder) === "caddy");
  if (own) return ok(`held by the agent's Caddy, process ${own.pid}`);
  const other = holders.find((holder) => holder !== null && whose(holder) === "other");
  if (other) return heldBy(state, port, other);
  if (holders.includes(null)) return unknown("something listens, but not as a user whose programs the agent may see");
  return holders.length > 0 ? unknown("kept open for a Caddy that does not run; visitors wait") : null;
}

export function judgeKept(port: number, kept: boolean | null): Finding {
  if (kept === null) return unknown("Caddy does not answer");
  return kept ? ok("also while Caddy is started anew") : bad("warn", "PORT_NOT_KEPT", { port }, { fix: "caddy.port" });
}

const heldBy = (state: "warn" | "fail", port: number, { name, pid }: NonNullable<Holder>): Finding =>
  bad(state, "PORT_HELD", { port, program: name }, { detail: `held by ${name}, process ${pid}`, commands: [`ss -ltnp 'sport = :${port}'`, `ps -o pid,user,args -p ${pid}`] });
