import type { DoctorDeps } from "./deps.ts";
import { bad, ok, unknown, type Finding, type Look } from "./look.ts";
import { tell } from "./tell.ts";

/** A port with its protocol, as firewalls write it. */
export type Door = `${number}/${"tcp" | "udp"}`;

/** Which of these doors a firewall does not admit; null: it is off, or is none. */
export type Gate = { name: string; closed: Door[]; command: (door: Door) => string } | null;

/** Browsers that know HTTP/3 try it there. Servers that were prepared by an earlier version do not admit it. */
const HTTP3: Door = "443/udp";

export function firewallLooks({ core }: DoctorDeps): Look[] {
  const { httpPort } = core.config;
  const doors: Door[] = httpPort === 80 ? ["80/tcp", "443/tcp", HTTP3] : [`${httpPort}/tcp`];
  return [{ id: "network.firewall", group: "network", title: "Firewall of the server", look: (signal) => look(doors, signal) }];
}

async function look(doors: Door[], signal: AbortSignal): Promise<Finding> {
  if (process.getuid?.() !== 0) return unknown("only root may read it");
  const ufw = await tell(["ufw", "status"], { signal });
  const byUfw = ufw?.code === 0 ? readUfw(ufw.stdout, doors) : null;
  if (byUfw) return judgeGate(byUfw, doors);
  const state = await tell(["firewall-cmd", "--state"], { signal });
  if (state?.code === 0) {
    const zone = await tell(["firewall-cmd", "--list-all"], { signal });
    if (zone?.code === 0) return judgeGate(readFirewalld(zone.stdout, doors), doors);
  }
  const nft = await tell(["nft", "-j", "list", "ruleset"], { signal });
  if (nft === null) return ok("none found · a firewall of the hoster is not seen from here");
  if (nft.code !== 0) return unknown(`nft does not answer: ${nft.stderr.trim().split("\n")[0]}`);
  const byNft = readNft(nft.stdout, doors);
  if (byNft === "unclear") return unknown("its rules for incoming connections are too many-branched to judge; try the ports from outside");
  return judgeGate(byNft, doors);
}

export function judgeGate(gate: Gate, doors: Door[]): Finding {
  if (gate === null) return ok("off · a firewall of the hoster is not seen from here");
  const open = doors.filter((door) => !gate.closed.includes(door));
  const detail = `${gate.name} is on · open: ${open.join(", ") || "neither"}`;
  if (gate.closed.length === 0) return ok(detail);
  // Without the first one nothing answers at all.
  const state = gate.closed.includes(doors[0]!) ? "fail" : "warn";
  const code = gate.closed.every((door) => door === HTTP3) ? "FIREWALL_BLOCKS_HTTP3" : "FIREWALL_BLOCKS";
  return bad(state, code, { firewall: gate.name, ports: gate.closed.join(" and ") }, { detail, commands: gate.closed.map(gate.command) });
}

const spans = (text: string, port: number) =>
  text.split(",").some((part) => {
    const [from, to = from] = part.split(/[:-]/).map(Number);
    return from! <= port && port <= to!;
  });

const parts = (door: Door) => {
  const [port, protocol] = door.split("/");
  return { port: Number(port), protocol: protocol! };
};

const UFW_APPS: Record<string, string> = { "WWW Full": "80,443/tcp", "Nginx Full": "80,443/tcp", "Apache Full": "80,443/tcp", WWW: "80/tcp", "WWW Secure": "443/tcp", HTTP: "80/tcp", HTTPS: "443/tcp" };

export function readUfw(said: string, doors: Door[]): Gate {
  if (!/^Status: active/m.test(said)) return null;
  const admitted = (door: Door) =>
    said.split("\n").some((line) => {
      const { port, protocol } = parts(door);
      const rule = /^(.+?)\s{2,}(?:ALLOW|LIMIT)(?: IN)?\s{2,}Anywhere/.exec(line);
      const to = rule?.[1]?.replace(/ \(v6\)$/, "");
      if (to === undefined || / on \w/.test(to)) return false;
      if (to === "Anywhere") return true;
      const [what, only = protocol] = (UFW_APPS[to] ?? to).split("/");
      return only === protocol && /^[\d,:]+$/.test(what!) && spans(what!, port);
    });
  return { name: "ufw", closed: doors.filter((door) => !admitted(door)), command: (door) => `ufw allow ${door}` };
}

const SERVICES: Record<string, Door> = { http: "80/tcp", https: "443/tcp", http3: "443/udp" };

export function readFirewalld(said: string, doors: Door[]): Gate {
  const listed = (key: string) => (new RegExp(`^\\s*${key}: *(.*)$`, "m").exec(said)?.[1] ?? "").split(/\s+/).filter(Boolean);
  const services = listed("services").map((name) => SERVICES[name]);
  const free = listed("target").includes("ACCEPT") || said.trimStart().startsWith("trusted");
  const admitted = (door: Door) => {
    const { port, protocol } = parts(door);
    return free || services.includes(door) || listed("ports").some((entry) => entry.endsWith(`/${protocol}`) && spans(entry.slice(0, -4), port));
  };
  return { name: "firewalld", closed: doors.filter((door) => !admitted(door)), command: (door) => `firewall-cmd --permanent --add-port=${door} && firewall-cmd --reload` };
}

type Expr = Record<string, unknown>;
type Rule = { family: string; table: string; chain: string; expr: Expr[] };
type Chain = { family: string; table: string; name: string; hook?: string; policy?: string; type?: string };

/** Only what is plain to read is judged: a chain for incoming packets that drops by default, and what it accepts. */
export function readNft(said: string, doors: Door[]): Gate | "unclear" {
  const { nftables } = JSON.parse(said) as { nftables: { chain?: Chain; rule?: Rule }[] };
  const chains = nftables.flatMap(({ chain }) => (chain?.hook === "input" && chain.type === "filter" ? [chain] : []));
  const rules = nftables.flatMap(({ rule }) => (rule ? [rule] : []));
  const closed = new Set<Door>();
  let name: string | null = null;
  for (const chain of chains.filter(({ family }) => family !== "ip6")) {
    const own = rules.filter((rule) => rule.family === chain.family && rule.table === chain.table);
    const first = own.filter((rule) => rule.chain === chain.name);
    const last = first.at(-1)?.expr ?? [];
    const refuses = chain.policy === "drop" || (last.length > 0 && last.every((expr) => "drop" in expr || "reject" in expr || "counter" in expr));
    if (!refuses) continue;
    name = `nftables (${chain.family} ${chain.table})`;
    const accepting = own.filter((rule) => rule.expr.some((expr) => "accept" in expr));
    for (const door of doors) {
      if (accepting.some((rule) => admits(rule, door))) continue;
      if (first.some((rule) => rule.expr.some((expr) => "jump" in expr || "goto" in expr || "xt" in expr || "vmap" in expr))) return "unclear";
      closed.add(door);
    }
  }
  return name === null ? null : { name, closed: [...closed], command: (door) => `nft list ruleset    # then accept ${parts(door).protocol} dport ${parts(door).port} in ${name}` };
}

type Match = { left?: { payload?: { protocol?: string; field?: string }; meta?: { key?: string } }; right?: unknown };

function admits(rule: Rule, door: Door): boolean {
  const { port, protocol } = parts(door);
  const matches = rule.expr.flatMap((expr) => ("match" in expr ? [expr.match as Match] : []));
  if (rule.expr.some((expr) => "xt" in expr)) return false;
  // Accepts everything, from everywhere.
  if (matches.length === 0) return true;
  const toPort = matches.filter(({ left }) => left?.payload?.field === "dport" && [protocol, "th"].includes(left.payload.protocol ?? protocol));
  const ofProtocol = ({ left, right }: Match) => left?.meta?.key === "nfproto" || (left?.meta?.key === "l4proto" && holds(right, protocol));
  const others = matches.filter((match) => !toPort.includes(match) && !ofProtocol(match));
  return toPort.length > 0 && others.length === 0 && toPort.every(({ right }) => holds(right, port));
}

function holds(right: unknown, wanted: number | string): boolean {
  if (right === wanted) return true;
  if (Array.isArray(right)) return right.some((one) => holds(one, wanted));
  const { set, range } = (typeof right === "object" && right !== null ? right : {}) as { set?: unknown[]; range?: [number, number] };
  if (set) return set.some((one) => holds(one, wanted));
  return range !== undefined && typeof wanted === "number" && range[0] <= wanted && wanted <= range[1];
}
