import { setTimeout as pause } from "node:timers/promises";
import { fail, type Hello, type Problem } from "@aeroplane/agent/contract";
import type { PrepareStep } from "../servers/connection.ts";
import type { Transport } from "../ssh/transport.ts";
import { packPart } from "./pack.ts";
import { AGENT_UNIT, CADDY_UNIT, PLACES, socketOf } from "./places.ts";
import { partFolder, requireUsable, unitTexts, type UnitTexts, type WantedPart } from "./plan.ts";
import { preflight, type Preflight } from "./preflight.ts";
import { pruneParts, sendPart, sendText } from "./send.ts";
import { createSteps } from "./steps.ts";
import { newerNotice } from "./upgrade/newer.ts";
import { earlierOutcome, undone, unitsToStart, upgradeAgent, wishFor, type Upgrade, type Way as UpgradeWay } from "./upgrade/upgrade.ts";
import { unitTemplates, wantedParts, type Resources } from "./wanted.ts";

export type PrepareOptions = {
  transport: Transport;
  address: string;
  resources: Resources;
  /** The agent's answer, or null while it does not answer. */
  hello: (signal?: AbortSignal) => Promise<Hello | null>;
  report: (steps: PrepareStep[]) => void;
  /** What a person should know of the agent although all is well: it is newer, or its upgrade was undone; null: nothing. */
  onNotice?: (problem: Problem | null) => void;
  /** A person wants an agent tried again that this server refused. */
  again?: boolean;
  signal?: AbortSignal;
};

const READY_SECONDS = 30;
const words = { node: "Node", agent: "agent", caddy: "Caddy", buildx: "buildx" };

/** Brings a server to the state that this desktop wants, from wherever it stands: pressing again continues. */
export async function prepare(options: PrepareOptions): Promise<Hello> {
  const { transport, address, resources, hello, signal } = options;
  const found = await preflight(transport, address, signal);
  const arch = requireUsable(found, address);
  const parts = await wantedParts(resources, arch, signal);
  const units = unitTexts(await unitTemplates(resources), parts, found);
  const current: UnitTexts = { agent: found.agentUnit, caddy: found.caddyUnit };
  const missing = parts.filter((part) => !found.parts.includes(partFolder(part)));
  const sudo = found.root === "sudo" ? ["sudo", "-n"] : [];
  const way = { transport, address, signal, sudo };
  const exec: UpgradeWay["run"] = (argv, more) => transport.exec(argv, { signal, ...more });
  const upgradeWay: UpgradeWay = { address, signal, run: exec, asRoot: (argv, more) => exec([...sudo, ...argv], more) };
  const agent = parts.find(({ name }) => name === "agent")!;
  const own = { version: resources.version, agent };
  const settled = async (answer: Hello) => {
    // Another desktop's switch is under way.
    if (answer.trial) await earlierOutcome(upgradeWay, agent);
    const now = answer.trial ? ((await hello(signal)) ?? answer) : answer;
    return keepAsItIs(upgradeWay, now, own, found, options);
  };

  const answer = await hello(signal);
  const kept = answer && (await settled(answer));
  if (kept) return kept;

  const sending = (part: WantedPart) => `Send ${words[part.name]} ${part.version}`;
  const start = answer ? `Upgrade the agent ${answer.agentVersion} → ${resources.version}` : "Start the agent";
  const steps = createSteps([...missing.map(sending), start], options.report);
  for (const part of missing) {
    await steps.run(sending(part), async (progress) => sendPart(way, part, await packPart(part, resources.cacheDir, signal), progress));
  }
  return steps.run(start, async () => {
    if (answer) return upgrade(upgradeWay, { parts, units, from: answer.agentVersion, login: found.login, hello }, options, way);
    await install(way, unitsToStart(units, found));
    const ready = await untilReady(hello, signal);
    if (ready && !(await settled(ready))) return upgrade(upgradeWay, { parts, units, from: ready.agentVersion, login: found.login, hello }, options, way);
    if (ready) return void (await pruneParts(way)), ready;
    // It runs and cannot be reached: a rule of sshd for this login alone, which the check could not see.
    if (await listens(way, found.login)) throw fail("FORWARDING_REFUSED", { address });
    const detail = await lastWords(way);
    // The one before it worked, so it goes back to work.
    if (current.agent) await install(way, { agent: current.agent, caddy: current.caddy || units.caddy });
    throw fail("AGENT_NOT_STARTED", { address, seconds: READY_SECONDS }, { detail });
  });
}

/** The answering agent where it stays as it is; null where this desktop brings another one. */
async function keepAsItIs(way: UpgradeWay, answer: Hello, own: { version: string; agent: WantedPart }, found: Preflight, { again, onNotice }: PrepareOptions): Promise<Hello | null> {
  onNotice?.(newerNotice(answer, own.version));
  if (wishFor(answer, own, found) === "keep") return answer;
  const earlier = again ? { state: "none" as const } : await earlierOutcome(way, own.agent);
  if (earlier.state !== "undone") return null;
  // Refused by this server before: only a person has it tried again.
  onNotice?.(undone(answer.agentVersion, own.version, earlier));
  return answer;
}

async function upgrade(way: UpgradeWay, wish: Upgrade, { onNotice }: PrepareOptions, old: Way): Promise<Hello> {
  const { hello, problem } = await upgradeAgent(way, wish);
  onNotice?.(problem);
  if (!problem) await pruneParts(old);
  return hello;
}

type Way = Parameters<typeof sendText>[0];

async function install(way: Way, units: UnitTexts): Promise<void> {
  await sendText(way, `${PLACES.units}/${CADDY_UNIT}`, units.caddy);
  await sendText(way, `${PLACES.units}/${AGENT_UNIT}`, units.agent);
  await systemctl(way, ["daemon-reload"]);
  await systemctl(way, ["enable", "--quiet", AGENT_UNIT, CADDY_UNIT]);
  await systemctl(way, ["restart", AGENT_UNIT]);
}

async function systemctl({ transport, sudo, address, signal }: Way, words: string[]): Promise<void> {
  const result = await transport.exec([...sudo, "systemctl", ...words], { signal });
  if (result.code !== 0) throw fail("AGENT_NOT_STARTED", { address, seconds: READY_SECONDS }, { detail: result.stderr });
}

async function untilReady(hello: PrepareOptions["hello"], signal?: AbortSignal): Promise<Hello | null> {
  for (const until = Date.now() + READY_SECONDS * 1000; Date.now() < until; await pause(200, undefined, { signal })) {
    const answer = await hello(signal);
    if (answer) return answer;
  }
  return null;
}

async function listens({ transport, sudo, signal }: Way, login: string): Promise<boolean> {
  const { code } = await transport.exec([...sudo, "test", "-S", socketOf(login)], { signal });
  return code === 0;
}

async function lastWords({ transport, sudo }: Way): Promise<string> {
  const { stdout } = await transport.exec([...sudo, "journalctl", "--unit", AGENT_UNIT, "--lines", "30", "--no-pager", "--output", "cat"]);
  return stdout.slice(-4000);
}
