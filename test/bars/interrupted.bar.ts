// The connection is cut at random points of preparing: pressing again always ends ready.
import { rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { raiseWorld, type World } from "../world/raise.ts";
import { bar, type BarContext } from "./frame.ts";
import { openLine } from "./prepare/cutter.ts";
import { addServer, told, type Person } from "./prepare/press.ts";
import { createChecks, type Checks } from "./tunnel/checks.ts";
import { openDesk, type Desk } from "./tunnel/desk.ts";

/** The steps as they are told while they run, about in their order; a cut falls into one of them, and then some way in. */
const STEPS = ["Look at the server", "Install", "Send Node", "Send agent", "Send Caddy", "Send buildx", "Start Docker", "Start the agent"];
/** Milliseconds into a step, at most: longer than the short ones last, which ends such a cut in the next step. */
const INTO = 1500;
const PER_SERVER = 10;

/** During preparing; and where the line breaks in the moment of signing in again. */
const TOLD = new Set(["PREPARE_INTERRUPTED", "CONNECTION_CLOSED"]);

type Run = BarContext & { world: World; desk: Desk; checks: Checks; random: () => number };

export default bar({
  name: "interrupted",
  minutes: 30,
  run: async (context) => {
    const { say, signal, cleanup, short } = context;
    const world = await raiseWorld({ say, signal });
    cleanup(world.stop);
    const desk = await openDesk();
    cleanup(() => (desk.desktop.close(), rm(desk.home, { recursive: true, force: true })));
    const checks = createChecks(say);
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    say(`seed ${seed} (SEED=${seed} draws the same points)`);
    const run = { ...context, world, desk, checks, random: randomFrom(seed) };

    const where: string[] = [];
    const wanted = short ? 3 : 20;
    let servers = 0;
    // One that was ready before its last cut is made up for on another server.
    while (where.length < wanted && servers < 8) where.push(...(await oneServer(run, ++servers, Math.min(PER_SERVER, wanted - where.length))));
    checks.check("cuts made", where.length, wanted);
    const steps = new Set(where.flatMap((one) => one.split(" + ")));
    return {
      ok: checks.wrong.length === 0,
      figure: `interrupted: ${where.length} cuts in ${steps.size} different steps of preparing, pressed again each time: ${servers} of ${servers} servers ready, ${checks.wrong.length} checks wrong`,
    };
  },
});

async function oneServer({ world, desk, checks, say, signal, cleanup, random }: Run, index: number, cuts: number): Promise<string[]> {
  const server = await world.server("bare");
  // Nothing here is about seconds: dpkg need not wait for the disk at every file.
  await server.exec(["tee", "/etc/dpkg/dpkg.cfg.d/world"], { input: "force-unsafe-io\n" });
  const line = await openLine(server.address);
  cleanup(line.close);
  const person = await addServer(desk, server, { signal, say, place: { address: "127.0.0.1", port: line.port } });
  const where: string[] = [];
  const points = Array.from({ length: cuts }, () => random() * STEPS.length).sort((left, right) => left - right);
  for (const point of points) {
    const step = await cutAt(point, person, line.cut, signal);
    if (step === null) break;
    const ended = await person.settled();
    // What had come already before the cut was enough: it was made too late, and another server makes up for it.
    if (ended.state === "ready") break;
    where.push(step);
    say(`server ${index}: cut during "${step}" after ${(line.carried() / 1e6).toFixed(0)} MB: ${ended.state === "failed" ? ended.problem.code : ended.state}`);
    checks.check("told in words that fit", ended.state === "failed" && TOLD.has(ended.problem.code), true);
    person.press();
  }
  checks.check(`server ${index} after ${where.length} cuts`, told(await person.settled()), "ready");
  checks.check(`server ${index}: packages`, await server.exec(["dpkg", "--audit"]), "");
  checks.check(`server ${index}: failed units`, await server.exec(["systemctl", "list-units", "--failed", "--no-legend"]), "");
  checks.check(`server ${index}: half an upload`, await server.exec(["sh", "-c", "ls -d /opt/aeroplane/parts/*.new-* 2>/dev/null || true"]), "");
  desk.desktop.servers.disconnect(person.id);
  await desk.desktop.servers.remove(person.id);
  await server.stop();
  return where;
}

/** What runs at the cut, or null where the server was ready before. */
async function cutAt(point: number, { connection }: Person, cut: () => void, signal: AbortSignal): Promise<string | null> {
  const wanted = STEPS[Math.floor(point)]!;
  const steps = () => {
    const now = connection();
    return now.state === "installing" ? now.steps : [];
  };
  const over = () => ["ready", "failed"].includes(connection().state);
  const running = () => steps().filter(({ state }) => state === "running");
  // A step that an earlier press has finished is not planned any more: then the cut falls into whatever runs.
  const reached = () => running().some(({ label }) => label.startsWith(wanted)) || (steps().length > 1 && !steps().some(({ label, state }) => state !== "done" && label.startsWith(wanted)));
  while (!reached() && !over()) await pause(5, undefined, { signal });
  const until = performance.now() + (point % 1) * INTO;
  while (performance.now() < until && !over()) await pause(5, undefined, { signal });
  if (over()) return null;
  const names = running().map(({ label }) => label.replace(/ \d\S*$/, ""));
  cut();
  return names.join(" + ") || "between two steps";
}

/** Small and good enough: the same seed gives the same points. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
