import type { DoctorDeps } from "./deps.ts";
import { bad, ok, unknown, type Finding, type Look } from "./look.ts";
import { tell } from "./tell.ts";

/** Which of these ports a firewall admits; null: it is off, or is none. */
export type Gate = { name: string; closed: number[]; command: (port: number) => string } | null;

export function firewallLooks({ core }: DoctorDeps): Look[] {
  const { httpPort } = core.config;
  const ports = httpPort === 80 ? [80, 443] : [httpPort];
  return [{ id: "network.firewall", group: "network", title: "Firewall of the server", look: (signal) => look(ports, signal) }];
}

async function look(ports: number[], signal: AbortSignal): Promise<Finding> {
  if (process.getuid?.() !== 0) return unknown("only root may read it");
  const ufw = await tell(["ufw", "status"], { signal });
  const byUfw = ufw?.code === 0 ? readUfw(ufw.stdout, ports) : null;
  if (byUfw) return judgeGate(byUfw, ports);
  const state = await tell(["firewall-cmd", "--state"], { signal });
  if (state?.code === 0) {
    const zone = await tell(["firewall-cmd", "--list-all"], { signal });
    if (zone?.code === 0) return judgeGate(readFirewalld(zone.stdout, ports), ports);
  }
  const nft = await tell(["nft", "-j", "list", "ruleset"], { signal });
  if (nft === null) return ok("none found · a firewall of the hoster is not seen from here");
  if (nft.code !== 0) return unknown(`nft does not answer: ${nft.stderr.trim().split("\n")[0]}`);
  const byNft = readNft(nft.stdout, ports);
  if (byNft === "unclear") return unknown("its rules for incoming connections are too many-branched to judge; try the ports from outside");
  return judgeGate(byNft, ports);
}

export function judgeGate(gate: Gate, ports: number[]): Finding {
  if (gate === null) return ok("off · a firewall of the hoster is not seen from here");
  const open = ports.filter((port) => !gate.closed.includes(port));
  const detail = `${gate.name} is on · open: ${open.join(", ") || "neither"}`;
  if (gate.closed.length === 0) return ok(detail);
  // Without the first one nothing answers at all.
  const state = gate.closed.includes(ports[0]!) ? "fail" : "warn";
  return bad(state, "FIREWALL_BLOCKS", { firewall: gate.name, ports: gate.closed.join(" and ") }, { detail, commands: gate.closed.map(gate.command) });
}

const spans = (text: string, port: number) =>
  text.split(",").some((part) => {
    const [from, to = from] = part.split(/[:-]/).map(Number);
    return from! <= port && port <= to!;
  });

const UFW_APPS: Record<string, string> = { "WWW Full": "80,443", "Nginx Full": "80,443", "Apache Full": "80,443", WWW: "80", "WWW Secure": "443", HTTP: "80", HTTPS: "443" };

export function readUfw(said: string, ports: number[]): Gate {
  if (!/^Status: active/m.test(said)) return null;
  const admitted = (port: number) =>
    said.split("\n").some((line) => {
      const rule = /^(.+?)\s{2,}(?:ALLOW|LIMIT)(?: IN)?\s{2,}Anywhere/.exec(line);
      const to = rule?.[1]?.replace(/ \(v6\)$/, "");
      if (to === undefined || / on \w/.test(to)) return false;
      if (to === "Anywhere") return true;
      const [what, protocol] = (UFW_APPS[to] ?? to).split("/");
      return protocol !== "udp" && /^[\d,:]+$/.test(what!) && spans(what!, port);
    });
  return { name: "ufw", closed: ports.filter((port) => !admitted(port)), command: (port) => `ufw allow ${port}/tcp` };
}

const SERVICES: Record<string, number> = { http: 80, https: 443 };

export function readFirewalld(said: string, ports: number[]): Gate {
  const listed = (key: string) => (new RegExp(`^\\s*${key}: *(.*)$`, "m").exec(said)?.[1] ?? "").split(/\s+/).filter(Boolean);
  const services = listed("services").map((name) => SERVICES[name]);
  const free = listed("target").includes("ACCEPT") || said.trimStart().startsWith("trusted");
  const admitted = (port: number) => free || services.includes(port) || listed("ports").some((entry) => entry.endsWith("/tcp") && spans(entry.slice(0, -4), port));
  return { name: "firewalld", closed: ports.filter((port) => !admitted(port)), command: (port) => `firewall-cmd --permanent --add-port=${port}/tcp && firewall-cmd --reload` };
}

type Expr = Record<string, unknown>;
type Rule = { family: string; table: string; chain: string; expr: Expr[] };
type Chain = { family: string; table: string; name: string; hook?: string; policy?: string; type?: string };

/** Only what is plain to read is judged: a chain for incoming packets that drops by default, and what it accepts. */
export function readNft(said: string, ports: number[]): Gate | "unclear" {
  const { nftables } = JSON.parse(said) as { nftables: { chain?: Chain; rule?: Rule }[] };
  const chains = nftables.flatMap(({ chain }) => (chain?.hook === "input" && chain.type === "filter" ? [chain] : []));
  const rules = nftables.flatMap(({ rule }) => (rule ? [rule] : []));
  const closed = new Set<number>();
  let name: string | null = null;
  for (const chain of chains.filter(({ family }) => family !== "ip6")) {
    const own = rules.filter((rule) => rule.family === chain.family && rule.table === chain.table);
    const first = own.filter((rule) => rule.chain === chain.name);
    const last = first.at(-1)?.expr ?? [];
    const refuses = chain.policy === "drop" || (last.length > 0 && last.every((expr) => "drop" in expr || "reject" in expr || "counter" in expr));
    if (!refuses) continue;
    name = `nftables (${chain.family} ${chain.table})`;
    const accepting = own.filter((rule) => rule.expr.some((expr) => "accept" in expr));
    for (const port of ports) {
      if (accepting.some((rule) => admits(rule, port))) continue;
      if (first.some((rule) => rule.expr.some((expr) => "jump" in expr || "goto" in expr || "xt" in expr || "vmap" in expr))) return "unclear";
      closed.add(port);
    }
  }
  return name === null ? null : { name, closed: [...closed], command: (port) => `nft list ruleset    # then accept tcp dport ${port} in ${name}` };
}

type Match = { left?: { payload?: { protocol?: string; field?: string }; meta?: { key?: string } }; right?: unknown };

function admits(rule: Rule, port: number): boolean {
  const matches = rule.expr.flatMap((expr) => ("match" in expr ? [expr.match as Match] : []));
  if (rule.expr.some((expr) => "xt" in expr)) return false;
  // Accepts everything, from everywhere.
  if (matches.length === 0) return true;
  const toPort = matches.filter(({ left }) => left?.payload?.field === "dport" && left.payload.protocol !== "udp");
  const others = matches.filter((match) => !toPort.includes(match) && !["l4proto", "nfproto"].includes(match.left?.meta?.key ?? ""));
  return toPort.length > 0 && others.length === 0 && toPort.every(({ right }) => holds(right, port));
}

function holds(right: unknown, port: number): boolean {
  if (right === port) return true;
  if (Array.isArray(right)) return right.some((one) => holds(one, port));
  const { set, range } = (typeof right === "object" && right !== null ? right : {}) as { set?: unknown[]; range?: [number, number] };
  if (set) return set.some((one) => holds(one, port));
  return range !== undefined && range[0] <= port && port <= range[1];
}
