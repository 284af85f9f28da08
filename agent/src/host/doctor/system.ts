import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { arch, uptime } from "node:os";
import type { DoctorDeps } from "./deps.ts";
import { atLeast, span } from "./figures.ts";
import { bad, ok, unknown, type Finding, type Look } from "./look.ts";
import { tell, text } from "./tell.ts";

const REBOOT = "/var/run/reboot-required";

export function systemLooks({ core }: DoctorDeps): Look[] {
  const login = core.config.sockets[0]?.login ?? "root";
  return [
    { id: "system.release", group: "system", title: "System", look: async () => judgeSystem((await text("/etc/os-release")) ?? "") },
    { id: "system.processor", group: "system", title: "Processor", look: () => judgeProcessor(arch()) },
    { id: "system.libc", group: "system", title: "C library", look: async (signal) => judgeLibc(await glibc(signal)) },
    { id: "system.reboot", group: "system", title: "Reboot", look: reboot },
    { id: "system.updates", group: "system", title: "Security updates", look: async () => judgeUpdates(await text("/var/lib/update-notifier/updates-available")) },
    { id: "system.panel", group: "system", title: "Other panels", look: () => judgePanels(PANELS.filter(([, path]) => existsSync(path)).map(([name]) => name)) },
    { id: "access.forwarding", group: "access", title: "Forwarding by SSH", look: (signal) => forwarding(login, signal) },
  ];
}

async function glibc(signal: AbortSignal): Promise<string | null> {
  const said = await tell(["getconf", "GNU_LIBC_VERSION"], { signal });
  return said?.code === 0 ? said.stdout.trim() : null;
}

/** First versions of the families that it is made for. */
const FAMILIES: Record<string, number> = { debian: 12, ubuntu: 22.04 };

export function judgeSystem(release: string): Finding {
  const of = (key: string) => new RegExp(`^${key}="?(.*?)"?$`, "m").exec(release)?.[1];
  const system = of("PRETTY_NAME") ?? "Linux";
  const detail = [system, `up ${span(uptime())}`].join(" · ");
  const first = FAMILIES[of("ID") ?? ""];
  // Debian's testing has no number yet.
  const version = Number(of("VERSION_ID") ?? Number.POSITIVE_INFINITY);
  return first !== undefined && version >= first ? ok(detail) : bad("warn", "SYSTEM_UNTESTED", { system }, { detail });
}

export const judgeProcessor = (processor: string): Finding =>
  processor === "x64" || processor === "arm64" ? ok(processor) : bad("warn", "SYSTEM_UNTESTED", { system: `The processor ${processor}` }, { detail: processor });

/** The oldest that the Node that comes along runs with. */
const LIBC = "2.28";

export function judgeLibc(said: string | null): Finding {
  const version = /^glibc (\d+\.\d+)/.exec(said ?? "")?.[1];
  if (version === undefined) return unknown("it does not tell its version, so it may not be glibc");
  const detail = `glibc ${version} · needed ${LIBC}`;
  return atLeast(version, LIBC) ? ok(detail) : bad("fail", "SYSTEM_UNTESTED", { system: `glibc ${version}` }, { detail });
}

async function reboot(): Promise<Finding> {
  const waits = await stat(REBOOT).catch(() => null);
  if (waits === null) return ok(`not needed · up ${span(uptime())}`);
  const packages = [...new Set(((await text(`${REBOOT}.pkgs`)) ?? "").split("\n").filter(Boolean))];
  const named = packages.length === 0 ? "an update" : packages.slice(0, 5).join(", ");
  const since = span((Date.now() - waits.mtimeMs) / 1000);
  return bad("warn", "REBOOT_REQUIRED", { since: `${since}`, packages: named }, { detail: packages.join(", ") || null, commands: ["systemctl reboot"] });
}

/** Ubuntu counts them by itself; asking apt anew would take seconds and lock it. */
export function judgeUpdates(said: string | null): Finding | null {
  if (said === null) return null;
  const security = Number(/^(\d+) (?:of these updates are|updates? (?:is|are)|additional)?.*security/m.exec(said)?.[1] ?? 0);
  const all = Number(/^(\d+) updates? can be/m.exec(said)?.[1] ?? 0);
  const detail = `${security} of ${all} pending updates are for security`;
  return security === 0 ? ok(all === 0 ? "none pending" : detail) : bad("warn", "UPDATES_PENDING", { count: security }, { detail, commands: ["apt-get update", "apt-get upgrade"] });
}

const PANELS: [string, string][] = [
  ["cPanel", "/usr/local/cpanel"],
  ["Plesk", "/usr/local/psa"],
  ["aaPanel", "/www/server/panel"],
  ["CyberPanel", "/usr/local/CyberCP"],
  ["HestiaCP", "/usr/local/hestia"],
  ["ISPConfig", "/usr/local/ispconfig"],
  ["DirectAdmin", "/usr/local/directadmin"],
  ["CloudPanel", "/home/clp"],
  ["Coolify", "/data/coolify"],
  ["Dokploy", "/etc/dokploy"],
  ["CapRover", "/captain"],
  ["Dokku", "/home/dokku"],
  ["Easypanel", "/etc/easypanel"],
  ["CasaOS", "/etc/casaos"],
];

export const judgePanels = (found: string[]): Finding => (found.length === 0 ? ok("none found") : bad("warn", "PANEL_FOUND", { panel: found.join(" and ") }));

async function forwarding(login: string, signal: AbortSignal): Promise<Finding | null> {
  const said = await tell(["sshd", "-T", "-C", `user=${login},host=localhost,addr=127.0.0.1`], { signal });
  if (said === null) return null;
  if (said.code !== 0) return unknown(process.getuid?.() === 0 ? "sshd does not tell its settings" : "only root may ask sshd");
  return judgeForwarding(said.stdout, login);
}

export function judgeForwarding(settings: string, login: string): Finding {
  const of = (key: string) => new RegExp(`^${key} (\\S+)$`, "mi").exec(settings)?.[1]?.toLowerCase() ?? "yes";
  const off = of("disableforwarding") === "yes" && /^disableforwarding yes$/im.test(settings);
  const sockets = !off && /^(yes|all|local)$/.test(of("allowstreamlocalforwarding"));
  const ports = !off && /^(yes|all|local)$/.test(of("allowtcpforwarding"));
  const detail = `sockets ${sockets ? "allowed" : "refused"}, ports ${ports ? "allowed" : "refused"} for ${login}`;
  const what = !sockets ? "forwarding to unix sockets" : "forwarding to ports";
  const commands = ["sshd -T | grep -i forwarding", "systemctl reload ssh.service"];
  return sockets && ports ? ok(detail) : bad("warn", "FORWARDING_OFF", { what, login }, { detail, commands });
}
