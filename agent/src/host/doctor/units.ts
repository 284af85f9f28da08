import { existsSync } from "node:fs";
import { bad, ok, unknown, type Finding, type Look } from "./look.ts";
import { count } from "./figures.ts";
import { HTTP_SOCKET } from "../../caddy/keeper/index.ts";
import { tell } from "./tell.ts";
import type { FixId } from "../../../contract/index.ts";

export const hasSystemd = () => existsSync("/run/systemd/system");

export type UnitState = { load: string; active: string; sub: string; enabled: string; result: string; restarts: number };

const WANTED = ["LoadState", "ActiveState", "SubState", "UnitFileState", "Result", "NRestarts"];
/** As often as this, it is no chance any more. */
const MANY_RESTARTS = 5;

/** What `systemctl show` says of one unit. */
export function readUnit(said: string): UnitState {
  const found = new Map(said.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
  const of = (key: string) => found.get(key) ?? "";
  return { load: of("LoadState"), active: of("ActiveState"), sub: of("SubState"), enabled: of("UnitFileState"), result: of("Result"), restarts: Number(of("NRestarts")) || 0 };
}

export async function unitState(unit: string, signal?: AbortSignal): Promise<UnitState | null> {
  if (!hasSystemd()) return null;
  const said = await tell(["systemctl", "show", "--no-pager", `--property=${WANTED.join(",")}`, unit], { signal });
  return said?.code === 0 ? readUnit(said.stdout) : null;
}

type Named = { unit: string; title: string; group: Look["group"]; fix?: FixId; optional?: boolean };

const unitsOfCaddy = (unit: string): Named[] => [
  { unit, title: "Unit of Caddy", group: "web", fix: "caddy.ensure" },
  { unit: HTTP_SOCKET, title: "Unit of the port for sites", group: "web", fix: "caddy.port" },
];

export function unitLooks(caddyUnit: string | null): Look[] {
  const units: Named[] = [
    { unit: "aeroplane-agent.service", title: "Unit of the agent", group: "agent", optional: true },
    ...(caddyUnit === null ? [] : unitsOfCaddy(caddyUnit)),
    { unit: "docker.service", title: "Unit of Docker", group: "docker", fix: "docker.start", optional: true },
  ];
  return units.map((named) => ({
    id: `unit.${named.unit.replace(/\.service$/, "")}`,
    group: named.group,
    title: named.title,
    look: async (signal) => {
      if (!hasSystemd()) return null;
      const state = await unitState(named.unit, signal);
      return state === null ? unknown("systemctl does not answer") : judgeUnit(named, state);
    },
  }));
}

export function judgeUnit({ unit, fix, optional }: Named, state: UnitState): Finding | null {
  const detail = [`${state.active} (${state.sub})`, state.enabled || "no unit file", count(state.restarts, "restart by systemd", "restarts by systemd")].join(" · ");
  const log = `journalctl --unit ${unit} --lines 50 --no-pager`;
  // Installed by other means (a snap, a binary): the other checks say whether it works.
  if (state.load === "not-found") return optional ? null : bad("fail", "UNIT_FAILED", { unit, state: "missing", result: "no unit file" }, { commands: [], fix });
  if (state.active === "activating" || state.active === "reloading") return { state: "warn", detail };
  if (state.active !== "active") {
    const commands = [log, `systemctl start ${unit}`];
    return bad("fail", "UNIT_FAILED", { unit, state: state.active || "unknown", result: state.result || "no result" }, { detail, commands, fix });
  }
  if (state.restarts >= MANY_RESTARTS) return bad("warn", "UNIT_RESTARTS", { unit, count: state.restarts }, { detail, commands: [log] });
  // "static", "indirect", "alias" and "generated" are started by something else.
  if (state.enabled === "disabled" || state.enabled === "masked") {
    return bad("warn", "UNIT_NOT_ENABLED", { unit, state: state.enabled }, { detail, commands: [`systemctl enable ${unit}`], fix: fix === "caddy.port" ? fix : undefined });
  }
  return ok(detail);
}
