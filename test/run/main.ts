// `npm test`: brings what the machine lacks, raises the test world and runs every step. `npm test -- unit e2e` runs only these.
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { ownedFolder } from "../world/folder.ts";
import { failedLines, lastLine, none, sum, type Counts } from "./counts.ts";
import { isRoot, missingPackages, prepareMachine, type MachineState } from "./machine.ts";
import { barsOnNewestCaddy, unitOnNewestCaddy } from "./newest-caddy.ts";
import { lanes, runInOrder, runStep } from "./order.ts";
import { bar, barNames, lint, typecheck, vitest, type Step } from "./steps.ts";
import { sweep, warmWorld } from "./world.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(name, () => {
    say(`\nStopping (${name}): the running step ends first.`);
    stop.abort(new Error(`Stopped by ${name}.`));
  });

const started = performance.now();
await refuseUnknownSteps();
await announce();
// A run starts a hundred agents and apps from their sources: what Node compiled for the first, it need not for the others.
const compiled = await ownedFolder("compiled");
process.env["NODE_COMPILE_CACHE"] ??= compiled;
const machine = await prepareMachine(stop.signal);
const reason = whyNoWorld(machine);
const counts: Counts[] = [];
if (reason === undefined && wanted("world")) counts.push(await runStep(warmWorld, stop.signal));
counts.push(
  ...(await runInOrder(
    (await steps(reason)).filter(({ name }) => wanted(name)),
    stop.signal,
    lanes,
  )),
);
if (reason === undefined) await sweep();
if (stop.signal.aborted) counts.push({ ...none, failed: 1 });
const total = sum(counts);
process.stdout.write(failedLines(total));
say(`\nThe whole run took ${((performance.now() - started) / 60_000).toFixed(1)} min.`);
if (stop.signal.aborted) say("It was stopped before its end, which counts as one failure.");
say(lastLine(total));
// What ends late may still write into it: whoever comes next takes it away.
await rm(compiled, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
process.exit(total.failed > 0 ? 1 : 0);

async function refuseUnknownSteps(): Promise<void> {
  const names = ["world", ...(await steps(undefined)).map(({ name }) => name)];
  const unknown = process.argv.slice(2).filter((name) => !names.includes(name));
  if (unknown.length === 0) return;
  say(`There is no step called ${unknown.join(", ")}. There are: ${names.join(", ")}.`);
  process.exit(2);
}

/** A person at a terminal learns what will be installed before it is. */
async function announce(): Promise<void> {
  const missing = await missingPackages();
  if (missing.length === 0 || !isRoot || !process.stdin.isTTY || !process.stdout.isTTY) return;
  say(
    `These packages of the distribution are missing and will be installed:\n  ${missing.join(" ")}\nA Docker daemon is started if none runs.`,
  );
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  await terminal
    .question("Enter goes on, Ctrl+C stops. ", { signal: stop.signal })
    .catch(() => process.exit(130));
  terminal.close();
}

function whyNoWorld({ missing, docker }: MachineState): string | undefined {
  if (!isRoot) return "it needs root (networks, volumes and servers are made)";
  if (missing.length > 0)
    return `these packages are missing and could not be installed: ${missing.join(", ")}`;
  if (!docker) return "no Docker daemon answers";
  return undefined;
}

async function steps(reason: string | undefined): Promise<Step[]> {
  const here = [typecheck, lint, vitest("unit"), unitOnNewestCaddy];
  const bars = [...(await barNames()).map((name) => bar(name)), ...barsOnNewestCaddy];
  const inWorld = [
    vitest("contract"),
    vitest("e2e"),
    ...bars.filter(({ beside }) => beside),
    ...bars.filter(({ beside }) => !beside),
  ];
  return reason === undefined
    ? [...here, ...inWorld]
    : [...here, ...inWorld.map((step) => without(step, reason))];
}

/** Without root a missing world is the user's choice and skips; a root machine that cannot raise it has failed. */
function without(step: Step, why: string): Step {
  return {
    name: step.name,
    run: async (_, say) => {
      say(`${isRoot ? "Not run" : "Skipped"}: ${why}.\n`);
      return isRoot
        ? { ...none, failed: 1, failures: [`${step.name}\nNot run: ${why}.`] }
        : { ...none, skipped: 1 };
    },
  };
}

function wanted(name: string): boolean {
  const names = process.argv.slice(2);
  return (
    names.length === 0 ||
    names.includes(name) ||
    (name === "world" &&
      names.some((other) => other === "contract" || other === "e2e" || other.startsWith("bar")))
  );
}
