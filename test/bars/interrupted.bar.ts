// The connection is cut at random points of preparing: pressing again always ends ready.
import { rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { raiseWorld, type World } from "../world/raise.ts";
import { bar, type BarContext } from "./frame.ts";
import { openLine } from "./prepare/cutter.ts";
import { addServer, told, type Person } from "./prepare/press.ts";
import { createChecks, type Checks } from "./tunnel/checks.ts";
import { openDesk, type Desk } from "./tunnel/desk.ts";

/** Cuts of each server from bare to ready; every one is at another point, and the last press ends ready. */
const SERVERS = { long: [5, 5, 5, 5], short: [3] };
/** A whole preparation takes about so long; each cut falls somewhere in what is left of it. */
const WHOLE = 40_000;

/** During preparing, and while still signing in. */
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
    for (const [index, cuts] of (short ? SERVERS.short : SERVERS.long).entries()) where.push(...(await oneServer(run, index, cuts)));
    const steps = new Set(where.map((one) => one.replace(/ [\d.]+(-\S+)?$/, "")));
    return {
      ok: checks.wrong.length === 0,
      figure: `interrupted: ${where.length} cuts at ${steps.size} different steps of preparing, pressed again each time: ${short ? "1 server" : `${SERVERS.long.length} servers`} ready, ${checks.wrong.length} checks wrong`,
    };
  },
});

async function oneServer({ world, desk, checks, say, signal, cleanup, random }: Run, index: number, cuts: number): Promise<string[]> {
  const server = await world.server("bare");
  const line = await openLine(server.address);
  cleanup(line.close);
  const person = await addServer(desk, server, { signal, say, place: { address: "127.0.0.1", port: line.port } });
  const where: string[] = [];
  for (let left = cuts; left > 0; left -= 1) {
    // Early ones are drawn shorter, so that all of them find something to interrupt.
    const step = await cutAfter(random() * (WHOLE / (cuts + 1)), person, line.cut, signal);
    if (step === null) break;
    where.push(step);
    const ended = await person.settled();
    say(`server ${index + 1}: cut during "${step}" after ${(line.carried() / 1e6).toFixed(0)} MB: ${ended.state === "failed" ? ended.problem.code : ended.state}`);
    checks.check("told in words that fit", ended.state === "failed" && TOLD.has(ended.problem.code), true);
    person.press();
  }
  checks.check(`server ${index + 1} after ${where.length} cuts`, told(await person.settled()), "ready");
  checks.check(`server ${index + 1}: cuts made`, where.length, cuts);
  checks.check(`server ${index + 1}: packages`, await server.exec(["dpkg", "--audit"]), "");
  checks.check(`server ${index + 1}: failed units`, await server.exec(["systemctl", "list-units", "--failed", "--no-legend"]), "");
  checks.check(`server ${index + 1}: half an upload`, await server.exec(["sh", "-c", "ls -d /opt/aeroplane/parts/*.new-* 2>/dev/null || true"]), "");
  desk.desktop.servers.disconnect(person.id);
  await desk.desktop.servers.remove(person.id);
  await server.stop();
  return where;
}

/** The step that runs at the cut, or null where the server was ready before. */
async function cutAfter(milliseconds: number, { connection }: Person, cut: () => void, signal: AbortSignal): Promise<string | null> {
  // Counted from the moment at which there is something to interrupt.
  while (connection().state === "connecting") await pause(5, undefined, { signal });
  const until = performance.now() + milliseconds;
  while (performance.now() < until && connection().state !== "ready") await pause(5, undefined, { signal });
  const now = connection();
  if (now.state === "ready" || now.state === "failed") return null;
  cut();
  return now.state === "installing" ? (now.steps.find(({ state }) => state === "running")?.label ?? "between two steps") : now.state;
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
