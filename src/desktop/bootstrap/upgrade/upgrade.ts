import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { describe, fail, Failure, type Hello, type Problem } from "@aeroplane/agent/contract";
import type { ExecResult } from "../../ssh/transport.ts";
import { CADDY_UNIT, PLACES, socketOf } from "../places.ts";
import { partFolder, partPath, type UnitTexts, type WantedPart } from "../plan.ts";
import type { Way } from "../way.ts";
import { OUTCOME, planFolder, plansOf, REFUSED, START, SWITCH, SWITCH_UNIT, trialText } from "./switch.ts";
import { agentOfUnit, isNewer, partsOfUnit, withLogin } from "./version.ts";

export type Upgrade = {
  parts: readonly WantedPart[];
  units: UnitTexts;
  /** The version of the agent that stands now. */
  from: string;
  /** The unit that starts it. */
  stands: string;
  login: string;
  hello: (signal?: AbortSignal) => Promise<Hello | null>;
};
/** `problem`: why the agent before it is back. */
export type Upgraded = { hello: Hello; problem: Problem | null };

const BACK_SECONDS = 60;

/**
 * What an answering agent means for this desktop. Newest wins: an older desktop leaves a newer agent alone. Another build
 * of the same version is brought once and then left alone, so that two desktops never take turns.
 */
export function wishFor(answer: { agentVersion: string }, own: { version: string; agent: WantedPart }, found: { parts: readonly string[]; agentUnit: string }): "keep" | "upgrade" {
  if (isNewer(answer.agentVersion, own.version)) return "keep";
  const folder = partFolder(own.agent);
  if (agentOfUnit(found.agentUnit)?.folder === folder) return "keep";
  if (isNewer(own.version, answer.agentVersion)) return "upgrade";
  return found.parts.includes(folder) ? "keep" : "upgrade";
}

/** What an earlier try of this very plan came to on this server; waits for one that runs now, whoever began it. */
export async function earlierOutcome(way: Way, plan: string): Promise<Outcome> {
  return readOutcome(await way.run(["sh", "-c", OUTCOME, "sh", plan]));
}

/** The plans with this agent that this server refused; waits for a switch that runs now. */
export async function refusedPlans(way: Way, agent: WantedPart): Promise<string[]> {
  const { stdout } = await way.run(["sh", "-c", REFUSED, "sh", plansOf(agent)]);
  return stdout.split("\n").filter(Boolean);
}

/**
 * How the agent that this desktop wants comes to a server. Another one that its unit names is only replaced by a trial,
 * also where nobody answers at this moment: it may be starting. A newer one stays and at most gets this login's socket.
 */
export function startOf(own: UnitTexts, version: string, found: { agentUnit: string; caddyUnit: string; login: string; systemd: boolean }): { by: "trial"; from: string } | { by: "start"; units: UnitTexts } {
  const stands = agentOfUnit(found.agentUnit);
  const isSame = stands?.folder === agentOfUnit(own.agent)?.folder;
  // The same agent with other parts is tried like another agent: what is new has not run there yet.
  if (!stands || (isSame && isDeepStrictEqual(partsOfUnit(own.agent), partsOfUnit(found.agentUnit)))) return { by: "start", units: own };
  if (!isSame && isNewer(stands.version, version)) return { by: "start", units: { agent: withLogin(found.agentUnit, found.login), caddy: found.caddyUnit || own.caddy } };
  // Without systemd nothing can try it.
  return found.systemd ? { by: "trial", from: stands.version } : { by: "start", units: own };
}

/** Tries the new agent on a copy of the old one's data, keeps it when it is good, else has the old one back. */
export async function upgradeAgent(way: Way, o: Upgrade): Promise<Upgraded> {
  const agent = o.parts.find(({ name }) => name === "agent")!;
  const node = o.parts.find(({ name }) => name === "node")!;
  const plan = planFolder(o.parts);
  const program = [partPath(node), "--disable-warning=ExperimentalWarning", partPath(agent)];
  await put(way, `${PLACES.units}/${CADDY_UNIT}`, o.units.caddy);
  await put(way, `${plan}/agent.service`, o.units.agent);
  await put(way, `${plan}/trial.conf`, trialText(commandOf(o.units.agent)));
  await put(way, `${plan}/switch.sh`, SWITCH);
  const started = await way.asRoot(["sh", "-c", START, "sh", plan, agent.version, socketOf(o.login), ...program]);
  const wrong = (why: string) => wordsOf(o, { why, detail: started.stderr });
  // Where another desktop's switch runs at this moment, its outcome is waited for like this one's.
  if (started.code !== 0 && !/already/.test(started.stderr)) return { hello: await untilAnswers(way, o), problem: wrong("it could not be begun") };
  const outcome = await earlierOutcome(way, plan);
  const problem = outcome.state === "undone" ? wordsOf(o, outcome) : null;
  const hello = await untilAnswers(way, o).catch((error: unknown) => {
    // The one before it did not answer either: why this one was refused says most.
    throw problem ? new Failure(problem) : error;
  });
  if (outcome.state === "none" && hello.agentVersion === o.from && o.from !== agent.version) return { hello, problem: wrong(`${SWITCH_UNIT} ended without an outcome`) };
  return { hello, problem };
}

const names = { node: "Node", agent: "the agent", caddy: "Caddy", buildx: "buildx" };

/** Parts other than those of that unit, as "Node 24.22.3 and Caddy 2.11.4". */
export function othersThan(unit: string, parts: readonly WantedPart[]): string {
  const news = parts.filter((part) => !unit.includes(`/${partFolder(part)}/`)).map(({ name, version }) => `${names[name]} ${version}`);
  return news.length < 2 ? news.join("") : `${news.slice(0, -1).join(", ")} and ${news.at(-1)}`;
}

/** Of the agent where that changed, else of the parts alone. */
function wordsOf({ from, stands, parts }: Upgrade, outcome: { why: string; detail: string }): Problem {
  const agent = parts.find(({ name }) => name === "agent")!;
  if (agentOfUnit(stands)?.folder !== partFolder(agent)) return undone(from, agent.version, outcome);
  return describe("PARTS_UNDONE", { parts: othersThan(stands, parts), why: outcome.why.replace(/\.$/, "") }, outcome.detail.slice(-4000));
}

export function undone(from: string, to: string, { why, detail }: { why: string; detail: string }): Problem {
  return describe("UPGRADE_UNDONE", { from, to, why: why.replace(/\.$/, "") }, detail.slice(-4000));
}

export type Outcome = { state: "none" | "kept" } | { state: "undone"; why: string; detail: string };

export function readOutcome({ stdout }: Pick<ExecResult, "stdout">): Outcome {
  const [state, why = "", ...detail] = stdout.split("\n");
  if (state === "undone") return { state, why: why || "it gave no reason", detail: detail.join("\n") };
  return { state: state === "kept" ? "kept" : "none" };
}

function commandOf(unit: string): string {
  return /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? "";
}

async function untilAnswers({ address, signal }: Way, { hello }: Upgrade): Promise<Hello> {
  for (const until = Date.now() + BACK_SECONDS * 1000; Date.now() < until; await pause(200, undefined, { signal })) {
    const answer = await hello(signal);
    if (answer && !answer.trial) return answer;
  }
  throw fail("AGENT_NOT_STARTED", { address, seconds: BACK_SECONDS });
}

const PUT = `set -eu; umask 022; mkdir -p "$(dirname "$1")"; cat > "$1.new"; mv -T "$1.new" "$1"`;

async function put(way: Way, path: string, text: string): Promise<void> {
  const { code, stderr } = await way.asRoot(["sh", "-c", PUT, "sh", path], { stdin: text });
  if (code !== 0) throw fail("SERVER_UNSUPPORTED", { address: way.address, why: `${path} cannot be written` }, { detail: stderr });
}
