import { setTimeout as pause } from "node:timers/promises";
import { fail, type Hello } from "@aeroplane/agent/contract";
import type { ServerLogin } from "../../contract/index.ts";
import type { PrepareStep } from "../servers/connection.ts";
import type { Transport } from "../ssh/transport.ts";
import { packPart } from "./pack.ts";
import { AGENT_UNIT, CADDY_UNIT, PLACES, socketOf } from "./places.ts";
import { partFolder, requireUsable, unitTexts, type UnitTexts, type WantedPart } from "./plan.ts";
import { preflight } from "./preflight.ts";
import { pruneParts, sendPart, sendText } from "./send.ts";
import { createSteps } from "./steps.ts";
import { unitTemplates, wantedParts, type Resources } from "./wanted.ts";

export type PrepareOptions = {
  transport: Transport;
  address: string;
  resources: Resources;
  /** The agent's answer, or null while it does not answer. */
  hello: (signal?: AbortSignal) => Promise<Hello | null>;
  report: (steps: PrepareStep[]) => void;
  signal?: AbortSignal;
  /** How the agent is reached; the bridge needs no forwarding. */
  door?: ServerLogin["door"];
};

const READY_SECONDS = 30;
const words = { node: "Node", agent: "agent", caddy: "Caddy", buildx: "buildx" };

/** Brings a server to the state that this desktop wants, from wherever it stands: pressing again continues. */
export async function prepare(options: PrepareOptions): Promise<Hello> {
  const { transport, address, resources, hello, signal } = options;
  const found = await preflight(transport, address, signal);
  const arch = requireUsable(found, address, options.door);
  const parts = await wantedParts(resources, arch, signal);
  const units = unitTexts(await unitTemplates(resources), parts, found);
  const current: UnitTexts = { agent: found.agentUnit, caddy: found.caddyUnit };
  const missing = parts.filter((part) => !found.parts.includes(partFolder(part)));
  const upToDate = missing.length === 0 && current.agent === units.agent && current.caddy === units.caddy;

  const answer = await hello(signal);
  if (upToDate && answer) return answer;
  // A newer desktop has been here: its agent stays.
  if (answer && isNewer(answer.agentVersion, resources.version)) return answer;

  const way = { transport, address, signal, sudo: found.root === "sudo" ? ["sudo", "-n"] : [] };
  const sending = (part: WantedPart) => `Send ${words[part.name]} ${part.version}`;
  const start = answer ? "Update the agent" : "Start the agent";
  const steps = createSteps([...missing.map(sending), start], options.report);
  for (const part of missing) {
    await steps.run(sending(part), async (progress) => sendPart(way, part, await packPart(part, resources.cacheDir, signal), progress));
  }
  return steps.run(start, async () => {
    await install(way, units);
    const ready = await untilReady(hello, signal);
    if (ready) return void (await pruneParts(way)), ready;
    // It runs and cannot be reached: a rule of sshd for this login alone, which the check could not see.
    if (options.door !== "bridge" && (await listens(way, found.login))) throw fail("FORWARDING_REFUSED", { address });
    const detail = await lastWords(way);
    // The one before it worked, so it goes back to work.
    if (current.agent) await install(way, { agent: current.agent, caddy: current.caddy || units.caddy });
    throw fail("AGENT_NOT_STARTED", { address, seconds: READY_SECONDS }, { detail });
  });
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

function isNewer(version: string, than: string): boolean {
  const [left, right] = [version, than].map((text) => text.split(".").map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (left![index] ?? 0) - (right![index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
