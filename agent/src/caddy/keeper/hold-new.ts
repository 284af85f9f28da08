import { setTimeout as sleep } from "node:timers/promises";
import { effect } from "../../effects/index.ts";
import { loadScript, removalScript } from "../../network/table.ts";
import { somethingIsUnread } from "../quiet.ts";

/** The kernel ends it by itself after so long, whoever may have died: longer than Caddy's grace for open requests. */
const SECONDS = 15;
/** So long a connection that was accepted may take to bring its request. */
const SETTLE_MS = 100;
/** So long what has come may take to be read, on a machine that has no time for Caddy; a body that nobody takes would wait for ever. */
const READ_MS = 2500;

const table = (port: number) => `aeroplane_hold_${port}`;

/**
 * A Caddy that stops closes what it has accepted and not read yet: to a visitor that is a failed connection. So no new one
 * begins for the moment in which it stops: its first packet is dropped, and the visitor's system sends it again after a
 * second. Answers what ends this; null where the packet filter may not be changed.
 */
export async function holdNewConnections(port: number): Promise<{ end(): Promise<void> } | null> {
  if (process.getuid?.() !== 0) return null;
  try {
    await effect("caddy.port.hold", () => loadScript(holdScript(port)));
  } catch {
    return null;
  }
  const until = Date.now() + READ_MS;
  do await sleep(SETTLE_MS);
  while (Date.now() < until && (await somethingIsUnread(port)));
  return { end: () => unhold(port) };
}

/** In one transaction, so that nothing is shut where any line of it fails. */
function holdScript(port: number, of = table(port), timeout = `${SECONDS}s`): string {
  const name = `inet ${of}`;
  return [
    removalScript(of, "inet").trimEnd(),
    `add table ${name}`,
    `add set ${name} held { type inet_service ; flags timeout ; }`,
    `add chain ${name} input { type filter hook input priority -200 ; policy accept ; }`,
    `add rule ${name} input tcp dport @held tcp flags & (syn | ack) == syn drop`,
    `add element ${name} held { ${port} timeout ${timeout} }`,
    "",
  ].join("\n");
}

/** What an agent that was killed left of it; it holds nothing any more by then. */
export const removeHold = (port: number): Promise<void> =>
  process.getuid?.() === 0 ? unhold(port) : Promise.resolve();

const unhold = (port: number) => effect("caddy.port.unhold", () => loadScript(removalScript(table(port), "inet")).catch(() => {}));

/**
 * The same for systemd's unit, which anybody may restart: by then the agent may be gone. Half a second and no more, since
 * nobody in there sees when Caddy has closed its socket. $1: begin, before Caddy is told to stop, or end.
 */
export function unitHoldText(port: number): string {
  const of = `aeroplane_stop_${port}`;
  return [
    "#!/bin/sh",
    "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
    `[ "$1" = begin ] || { nft delete table inet ${of} 2>/dev/null; exit 0; }`,
    "nft -f - <<'END' && sleep 0.1",
    holdScript(port, of, "500ms").trimEnd(),
    "END",
    "",
  ].join("\n");
}
