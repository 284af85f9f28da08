import { describe, type Problem } from "@aeroplane/agent/contract";
import type { Check } from "../../contract/index.ts";
import type { Preflight } from "./preflight.ts";

/** Megabytes: our own programs; and Docker's packages with a first image where Docker is still missing. */
const NEEDED = { parts: 600, docker: 2000 };
const NEEDED_INODES = 20_000;
/** The first Docker whose BuildKit builds everything here. */
const OLDEST_DOCKER = "20.10";

/** Every finding, in the order in which a person mends them. A "fail" stops preparing, a "warn" does not. */
export function checksOf(found: Preflight, { address }: { address: string }): Check[] {
  return [
    system(found, address),
    processor(found, address),
    libc(found, address),
    root(found, address),
    supervision(found, address),
    ...space(found, address),
    execution(found, address),
    memory(found, address),
    clock(found, address),
    forwarding(found, address),
    docker(found, address),
    tools(found),
    ...([80, 443] as const).map((port) => listener(found, address, port)),
    firewall(found, address),
    neighbours(found, address),
  ];
}

/** The first finding that stops; the door is the person's: without forwarding the bridge carries everything. */
export function stopper(checks: readonly Check[], { door }: { door: "forwarding" | "bridge" }): Problem | null {
  return checks.find(({ id, state }) => state === "fail" && !(id === "forwarding" && door === "bridge"))?.problem ?? null;
}

/** "Debian 13, 4 cores, 8 GB, port 80 free". */
export function summaryOf(found: Preflight): string {
  const cores = found.cores === null ? [] : [found.cores === 1 ? "1 core" : `${found.cores} cores`];
  const memory = found.memoryKilobytes === null ? [] : [size(found.memoryKilobytes)];
  const free = found.port80 === "" ? (found.port443 === "" ? ["ports 80 and 443 free"] : ["port 80 free"]) : [];
  return [systemName(found), ...cores, ...memory, ...free].join(", ");
}

const ok = (id: string, detail: string): Check => ({ id, state: "ok", detail, problem: null });
const warn = (id: string, detail: string, problem: Problem): Check => ({ id, state: "warn", detail, problem });
const bad = (id: string, detail: string, problem: Problem): Check => ({ id, state: "fail", detail, problem });

function systemName({ os, osVersion, osName, kernel }: Preflight): string {
  const name = { debian: "Debian", ubuntu: "Ubuntu" }[os];
  return name ? `${name} ${osVersion}` : osName || kernel || "An unknown system";
}

function system(found: Preflight, address: string): Check {
  const name = systemName(found);
  const problem = describe("OS_UNSUPPORTED", { address, os: name });
  const related = found.os === "debian" || found.os === "ubuntu" || /\b(debian|ubuntu)\b/.test(found.osLike);
  if (found.kernel !== "Linux") return bad("system", name, problem);
  if (found.os === "debian" && Number(found.osVersion) < 12 && found.osVersion !== "") return bad("system", name, problem);
  if (found.os === "ubuntu" && !atLeast(found.osVersion, "22.04")) return bad("system", name, problem);
  if (found.os === "debian" || found.os === "ubuntu") return ok("system", name);
  // Where the tools are there already nothing has to be installed.
  if (found.docker !== "" && found.git !== "") return warn("system", name, problem);
  return related && found.apt ? warn("system", name, problem) : bad("system", name, problem);
}

function processor({ arch }: Preflight, address: string): Check {
  const known = ["x86_64", "amd64", "aarch64", "arm64"].includes(arch);
  return known ? ok("processor", arch) : bad("processor", arch, describe("ARCH_UNSUPPORTED", { address, arch: arch || "unknown" }));
}

function libc({ libc: version }: Preflight, address: string): Check {
  if (atLeast(version, "2.28")) return ok("libc", `glibc ${version}`);
  return bad("libc", version || "not glibc", describe("LIBC_UNSUPPORTED", { address, libc: version || "not glibc", needed: "2.28" }));
}

function root({ root: by, login }: Preflight, address: string): Check {
  const words = { yes: `${login} is root`, sudo: `${login} by sudo`, password: `${login} by sudo with a password` };
  if (by === "terminal") return bad("root", `${login} may use sudo in a terminal alone`, describe("SUDO_NEEDS_TERMINAL", { address, login }));
  return by === "no" ? bad("root", `${login} is not root`, describe("ROOT_NEEDED", { address, login })) : ok("root", words[by]);
}

function supervision({ systemd }: Preflight, address: string): Check {
  return systemd ? ok("supervision", "systemd") : warn("supervision", "no systemd", describe("SUPERVISION_LIMITED", { address }));
}

function space(found: Preflight, address: string): Check[] {
  const low = (path: string, free: number, needed: number) => describe("DISK_SPACE_LOW", { address, path, free: size(free), needed: `${needed} MB` });
  const one = (id: string, path: string, free: number | null, needed: number): Check[] => {
    if (free === null) return [];
    return [free < needed * 1000 ? bad(id, `${size(free)} free in ${path}`, low(path, free, needed)) : ok(id, `${size(free)} free in ${path}`)];
  };
  const inodes = found.freeInodes;
  const few = inodes !== null && inodes < NEEDED_INODES && inodes > 0;
  return [
    ...one("disk", "/opt", found.freeKilobytes, NEEDED.parts),
    ...one("disk-data", "/var/lib", found.freeDataKilobytes, found.docker === "" ? NEEDED.docker : NEEDED.parts),
    // File systems without a fixed number of files say 0 or nothing.
    few ? bad("inodes", `${inodes} files`, describe("FILES_LIMIT_LOW", { address, path: "/opt", free: inodes, needed: NEEDED_INODES })) : ok("inodes", inodes ? `${inodes} more files` : "no limit of files"),
  ];
}

function execution({ noexec }: Preflight, address: string): Check {
  return noexec ? bad("execution", "/opt is mounted noexec", describe("NOEXEC_MOUNT", { address, path: "/opt" })) : ok("execution", "programs in /opt may run");
}

function memory({ memoryKilobytes: total, swapKilobytes: swap }: Preflight, address: string): Check {
  if (total === null) return ok("memory", "unknown");
  const words = `${size(total)}${swap ? `, ${size(swap)} of swap` : ", no swap"}`;
  return isSmall({ memoryKilobytes: total, swapKilobytes: swap }) ? warn("memory", words, describe("MEMORY_SMALL", { address, memory: size(total) })) : ok("memory", words);
}

/** Less than 2 GB, as machines that are sold as 2 GB count, and no swap. */
export function isSmall({ memoryKilobytes, swapKilobytes }: Pick<Preflight, "memoryKilobytes" | "swapKilobytes">): boolean {
  return memoryKilobytes !== null && memoryKilobytes < 1_800_000 && !swapKilobytes;
}

function clock({ clock: theirs, asked, milliseconds }: Preflight, address: string): Check {
  if (theirs === null) return ok("clock", "unknown");
  // Half of the way there and back, and the second that date rounds off.
  const doubt = milliseconds / 2000 + 1;
  const seconds = Math.round(theirs + 0.5 - asked / 1000);
  const off = Math.max(0, Math.abs(seconds) - doubt);
  if (off < 30) return ok("clock", "agrees with this computer's");
  const problem = describe("CLOCK_WRONG", { address, seconds: Math.abs(seconds) });
  const words = `${Math.abs(seconds)} s ${seconds > 0 ? "ahead" : "behind"}`;
  return off > 3600 ? bad("clock", words, problem) : warn("clock", words, problem);
}

function forwarding({ sshd, forwards }: Preflight, address: string): Check {
  if (forwards) return ok("forwarding", "to unix sockets, tried");
  const rules = sshd.match(/\w+ \w+/g) ?? [];
  const closed = rules.filter((rule) => /^(allow\w+ (no|remote)|disableforwarding yes)$/.test(rule));
  if (forwards === null && closed.length === 0) return ok("forwarding", "not known before trying");
  const why = closed.length > 0 ? `sshd has: ${closed.join(", ")}` : "sshd has no such rule; the key's line in authorized_keys may have one";
  return bad("forwarding", "refused", describe("FORWARDING_REFUSED", { address }, why));
}

function docker(found: Preflight, address: string): Check {
  if (found.podman) return bad("docker", "Podman", describe("DOCKER_IS_PODMAN", { address }));
  if (found.docker === "") return ok("docker", "is installed by preparing");
  if (!atLeast(found.docker, OLDEST_DOCKER)) return bad("docker", found.docker, describe("DOCKER_TOO_OLD", { address, version: found.docker, needed: OLDEST_DOCKER }));
  return ok("docker", [found.docker, found.dockerStore].filter(Boolean).join(", "));
}

function tools({ git }: Preflight): Check {
  return ok("git", git === "" ? "is installed by preparing" : git);
}

function listener(found: Preflight, address: string, port: 80 | 443): Check {
  const holder = port === 80 ? found.port80 : found.port443;
  const id = `port-${port}`;
  if (holder === "") return ok(id, "free");
  if (holder === "ours") return ok(id, "Caddy of Aeroplane");
  const words = holder === "docker-proxy" ? "a container of Docker (docker-proxy)" : holder;
  const problem = describe("PORT_TAKEN", { address, port, holder: words });
  // Sites answer on port 80; the other one is for later.
  return port === 80 ? bad(id, words, problem) : warn(id, words, problem);
}

function firewall({ firewall: name, firewallOpen }: Preflight, address: string): Check {
  if (name === "none") return ok("firewall", "none found on the server itself");
  return firewallOpen ? ok("firewall", `${name} admits ports 80 and 443`) : warn("firewall", `${name} is on`, describe("FIREWALL_CLOSED", { address, firewall: name }));
}

function neighbours({ panels, caddy }: Preflight, address: string): Check {
  if (panels.length > 0) return warn("panels", panels.join(", "), describe("PANEL_PRESENT", { address, panel: panels.join(" and ") }));
  return ok("panels", caddy === "" ? "no other panel" : `no other panel; Caddy ${caddy} of the system is left alone`);
}

/** "961 MB", "1.9 GB", "8 GB". */
export function size(kilobytes: number): string {
  const gigabytes = kilobytes / 1024 / 1024;
  if (gigabytes < 0.95) return `${Math.round(kilobytes / 1024)} MB`;
  return `${gigabytes < 4 ? Number(gigabytes.toFixed(1)) : Math.round(gigabytes)} GB`;
}

export function atLeast(version: string, wanted: string): boolean {
  const [left, right] = [version, wanted].map((text) => text.split(".").map((word) => Number.parseInt(word, 10) || 0));
  for (const index of [0, 1, 2]) {
    const difference = (left![index] ?? 0) - (right![index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
