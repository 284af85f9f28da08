import { setTimeout as pause } from "node:timers/promises";
import { fail, type Hello } from "@aeroplane/agent/contract";
import { AGENT_UNIT, CADDY_UNIT, NAMES_UNIT, PLACES, socketOf } from "./places.ts";
import type { UnitTexts } from "./plan.ts";
import { sendText } from "./send.ts";
import type { Way } from "./way.ts";

/** How long an agent may take until it answers. */
export const READY_SECONDS = 30;

/** Puts the texts in place and (re)starts the agent with them; Caddy and the apps go on. */
export async function install(way: Way, units: UnitTexts, { systemd }: { systemd: boolean }): Promise<void> {
  if (!systemd) return supervise(way, units);
  await sendText(way, `${PLACES.units}/${CADDY_UNIT}`, units.caddy);
  await sendText(way, `${PLACES.units}/${AGENT_UNIT}`, units.agent);
  await must(way, ["sh", "-c", DROP_NAMES]);
  await must(way, ["systemctl", "daemon-reload"]);
  await must(way, ["systemctl", "enable", "--quiet", AGENT_UNIT, CADDY_UNIT]);
  await must(way, ["systemctl", "restart", AGENT_UNIT]);
}

/** Names that were kept while there was no agent: from now on it cares for them itself. */
const DROP_NAMES = `[ -e ${PLACES.units}/${NAMES_UNIT} ] || exit 0; systemctl disable --quiet --now ${NAMES_UNIT}; rm -f ${PLACES.units}/${NAMES_UNIT}`;

/** The old supervisor ends its agent before the new one begins; it belongs to no session, so it outlives this one. */
const SUPERVISE = `
mkdir -p ${PLACES.run}; chmod 755 ${PLACES.run}; chmod 755 ${PLACES.supervisor}
${stopSupervisor()}
setsid ${PLACES.supervisor} </dev/null >/dev/null 2>&1 &
`;

export function stopSupervisor(): string {
  return `old=$(cat ${PLACES.run}/supervisor.pid 2>/dev/null)
if [ -n "$old" ] && tr '\\0' ' ' < "/proc/$old/cmdline" 2>/dev/null | grep -q ${PLACES.supervisor}; then
  kill -TERM "$old"; n=0; while [ -e "/proc/$old" ] && [ $n -lt 150 ]; do sleep 0.1; n=$((n+1)); done; kill -KILL "$old" 2>/dev/null
fi`;
}

async function supervise(way: Way, units: UnitTexts): Promise<void> {
  await sendText(way, PLACES.supervisor, units.agent);
  await must(way, ["sh", "-c", SUPERVISE]);
}

async function must(way: Way, argv: string[]): Promise<void> {
  const result = await way.asRoot(argv);
  if (result.code !== 0) throw fail("AGENT_NOT_STARTED", { address: way.address, seconds: READY_SECONDS }, { detail: result.stderr });
}

export async function untilReady(hello: (signal?: AbortSignal) => Promise<Hello | null>, signal?: AbortSignal, seconds = READY_SECONDS): Promise<Hello | null> {
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await pause(200, undefined, { signal })) {
    const answer = await hello(signal);
    if (answer) return answer;
  }
  return null;
}

/** It runs and cannot be reached: a rule of sshd, or of the key, for this login alone. */
export async function listens(way: Way, login: string): Promise<boolean> {
  const { code } = await way.asRoot(["test", "-S", socketOf(login)]);
  return code === 0;
}

export async function lastWords(way: Way, { systemd }: { systemd: boolean }): Promise<string> {
  const argv = systemd ? ["journalctl", "--unit", AGENT_UNIT, "--lines", "30", "--no-pager", "--output", "cat"] : ["tail", "-n", "30", `${PLACES.run}/agent.log`];
  const { stdout } = await way.asRoot(argv);
  return stdout.slice(-4000);
}
