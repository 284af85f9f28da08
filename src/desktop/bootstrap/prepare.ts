import { Failure, fail, type Hello } from "@aeroplane/agent/contract";
import { NeedsPerson } from "../ssh/question.ts";
import { asItStands } from "./as-it-stands.ts";
import { checksOf, stopper, summaryOf } from "./checks.ts";
import { choose, type Chosen } from "./choices.ts";
import { startDocker } from "./docker.ts";
import { examine, type AskSudo } from "./examine.ts";
import { openFirewall } from "./firewall.ts";
import type { PrepareOptions } from "./options.ts";
import { packPart } from "./pack.ts";
import { installLabel, installPackages, missingPackages, type Packages } from "./packages.ts";
import { archOf, partFolder, unitTexts, type WantedPart } from "./plan.ts";
import type { Preflight } from "./preflight.ts";
import { pruneParts, sendPart } from "./send.ts";
import { forgetRefusal, untilReadyOrRefused } from "./refusal.ts";
import { install, lastWords, listens, READY_SECONDS, untilReady } from "./service.ts";
import { standing, type Standing } from "./standing.ts";
import { createSteps, type Steps } from "./steps.ts";
import { addSwap, swapSize } from "./swap.ts";
import { newerNotice } from "./upgrade/newer.ts";
import { othersThan, startOf, upgradeAgent } from "./upgrade/upgrade.ts";
import { agentOfUnit } from "./upgrade/version.ts";
import { unitTemplates, wantedParts } from "./wanted.ts";
import { createWay, type Way } from "./way.ts";

/** How long an agent that is installed may take until it answers by itself. */
const BOOT_SECONDS = 8;
const words = { node: "Node", agent: "agent", caddy: "Caddy", buildx: "buildx" };
const nobody: AskSudo = () => Promise.reject(new NeedsPerson());

/**
 * Brings a server to the state that this desktop wants, from wherever it stands. Every step looks at what is there and
 * does what is missing, so a run that was cut off is continued by running it again.
 */
export async function prepare(options: PrepareOptions): Promise<Hello> {
  const { transport, address, signal } = options;
  let lost = false;
  void transport.closed.then(() => (lost = true));
  try {
    const way = createWay({ transport, address, signal, root: { by: "yes" } });
    const [first, stands] = await Promise.all([options.hello(signal), standing(way)]);
    // Right after a boot sshd answers before the agent does.
    const answer = first ?? (stands.systemd && stands.agentUnit ? await untilReady(options.hello, signal, BOOT_SECONDS) : null);
    const settled = answer && (await asItStands(answer, stands, way, options));
    return settled ?? (await renew(options, stands, answer));
  } catch (error) {
    signal?.throwIfAborted();
    // The reason of a broken connection differs from place to place; what it means here does not.
    const known = error instanceof NeedsPerson || (error instanceof Failure && !["SERVER_OFFLINE", "UPLOAD_DAMAGED", "UNEXPECTED"].includes(error.problem.code));
    await Promise.race([transport.closed, new Promise((go) => setTimeout(go, 50))]);
    if (lost && !known) throw fail("PREPARE_INTERRUPTED", { address }, { cause: error, detail: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}

async function renew(options: PrepareOptions, stands: Standing, answer: Hello | null): Promise<Hello> {
  const { transport, address, signal, door = "forwarding", ask = null, askSudo = nobody } = options;
  const steps = createSteps(options.report);
  steps.plan([{ id: "check", label: "Look at the server" }]);
  const { found, way } = await steps.run("check", async (step) => {
    const seen = await examine({ transport, address, signal, stands, askSudo });
    step.rename(summaryOf(seen.found));
    const problem = stopper(checksOf(seen.found, { address }), { door });
    if (problem) throw new Failure(problem);
    return seen;
  });
  // Who has an agent has been asked before.
  const chosen = stands.agentUnit ? { firewall: false, swap: false, dockerArchive: false } : await choose(found, { address, ask });
  const arch = archOf(stands)!;
  const parts = await wantedParts(options.resources, arch, { signal });
  // Known by checksum and header alone, which a person may want to know when it fails there.
  const foreign = arch !== process.arch;
  const missing = parts.filter((part) => !stands.parts.includes(partFolder(part)));
  const packages = missingPackages(found, { fromDocker: chosen.dockerArchive });

  const start = answer ? renewLabel(answer, options.resources.version, stands, parts) : "Start the agent";
  const sending = (part: WantedPart) => `Send ${words[part.name]} ${part.version}${foreign && part.name !== "agent" ? `, for ${arch} and not run here` : ""}`;
  steps.plan([...changesTo(found, packages, chosen), ...missing.map((part) => ({ id: part.name, label: sending(part) })), { id: "start", label: start }]);
  const send = async () => {
    for (const part of missing) {
      await steps.run(part.name, async ({ progress }) => sendPart(way, part, await packPart(part, options.resources.cacheDir, signal), progress));
    }
  };
  // The package manager waits for its archive and the upload for this computer: neither is in the other's way.
  const ended = await Promise.allSettled([change(way, steps, { found, packages, chosen }), send()]);
  for (const one of ended) if (one.status === "rejected") throw one.reason;
  return steps.run("start", () => startAgent(options, way, stands, { parts, answer }));
}

function renewLabel({ agentVersion }: Hello, version: string, { agentUnit }: Standing, parts: readonly WantedPart[]): string {
  const agent = parts.find(({ name }) => name === "agent")!;
  if (agentOfUnit(agentUnit)?.folder !== partFolder(agent)) return `Upgrade the agent ${agentVersion} → ${version}`;
  const news = othersThan(agentUnit, parts);
  return news === "" ? "Every part is the current one" : `Try ${news}`;
}

function changesTo(found: Preflight, packages: Packages, chosen: Chosen): { id: string; label: string }[] {
  const swap = swapSize(found.freeKilobytes);
  return [
    ...(chosen.swap ? [{ id: "swap", label: `Add ${swap} MB of swap` }] : []),
    ...(packages.needed.length > 0 ? [{ id: "packages", label: installLabel(packages) }] : []),
    ...(found.dockerRuns ? [] : [{ id: "docker", label: "Start Docker" }]),
    ...(chosen.firewall ? [{ id: "firewall", label: "Open ports 80 and 443" }] : []),
  ];
}

/** Memory first, since installing needs some; the firewall after the packages, which may bring nft. */
async function change(way: Way, steps: Steps, { found, packages, chosen }: { found: Preflight; packages: Packages; chosen: Chosen }): Promise<void> {
  if (chosen.swap) await steps.run("swap", ({ line }) => addSwap(way, swapSize(found.freeKilobytes), line));
  if (packages.needed.length > 0) await steps.run("packages", ({ line }) => installPackages(way, found, packages, line));
  if (!found.dockerRuns) await steps.run("docker", () => startDocker(way));
  if (chosen.firewall) await steps.run("firewall", () => openFirewall(way, found));
}

async function startAgent(options: PrepareOptions, way: Way, stands: Standing, { parts, answer }: { parts: readonly WantedPart[]; answer: Hello | null }): Promise<Hello> {
  const { address, resources, hello, door, onNotice, signal } = options;
  const own = unitTexts(await unitTemplates(resources), parts, stands);
  // Asked for by a person, and nothing is to be changed: it answers, so it is not started anew for that.
  if (answer && own.agent === stands.agentUnit) return answer;
  const start = startOf(own, resources.version, stands);
  if (start.by === "trial") {
    const done = await upgradeAgent(way, { parts, units: own, from: start.from, stands: stands.agentUnit, login: stands.login, hello });
    onNotice?.(done.problem);
    if (!done.problem) await pruneParts(way);
    return done.hello;
  }
  await forgetRefusal(way);
  await install(way, start.units, stands);
  const { ready, refused } = await untilReadyOrRefused(way, hello, signal);
  if (ready) {
    onNotice?.(newerNotice(ready, resources.version));
    await pruneParts(way);
    return ready;
  }
  // Another agent than this one would be none the wiser.
  if (refused) throw new Failure(refused);
  if (door !== "bridge" && (await listens(way, stands.login))) throw fail("FORWARDING_REFUSED", { address });
  const detail = await lastWords(way, stands);
  // The one before it worked, so it goes back to work.
  if (stands.agentUnit) await install(way, { agent: stands.agentUnit, caddy: stands.caddyUnit || own.caddy }, stands);
  throw fail("AGENT_NOT_STARTED", { address, seconds: READY_SECONDS }, { detail });
}
