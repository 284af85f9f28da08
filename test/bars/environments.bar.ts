// Two projects with three environments each and the same services in all of them: nothing of one is seen in another.
import { startGitServer } from "../world/git/server.ts";
import { beginRun, endRun, type WorldRun } from "../world/run.ts";
import { startAgentProcess } from "./agent-process.ts";
import { allShapes } from "./acts/shapes.ts";
import { casesOf } from "./crash-all/cases.ts";
import { openSeat } from "./crash-all/kill.ts";
import { evenly } from "./crash-all/todo.ts";
import { createControl } from "./effects/control.ts";
import { killedActs } from "./environments/kills.ts";
import { knownProbes } from "./environments/known.ts";
import { raisePlaces } from "./environments/places.ts";
import { probesOf } from "./environments/probes.ts";
import { bar, type BarContext } from "./frame.ts";
import { earlier, thisAppThere } from "./old-stores/words.ts";

const SHORT_KILLS = 2;
const LEAST_PROBES = 500;

export default bar({
  name: "environments",
  minutes: 20,
  run: async (context) => {
    const { short, say, cleanup, signal } = context;
    const world = await beginRun();
    cleanup(() => endRun(world.folder));
    const control = createControl(world.folder, "environments");
    const agent = await startAgentProcess(context, { prefix: "environments", ...control.options });
    const wrong: string[] = [];

    const places = await raisePlaces(agent, world.name, short ? { projects: ["shop"], each: 2 } : { projects: ["shop", "blog"], each: 3 });
    const all = [...(await probesOf(agent, places)), ...(await knownProbes(agent, places, world.folder, cleanup))];
    const probes = short ? evenly(all, 60) : all;
    for (const { name, ask } of probes) {
      signal.throwIfAborted();
      const found = await ask().catch((error: Error) => error.message);
      if (found !== null) wrong.push(`${name}: ${found}`);
    }
    if (!short && probes.length < LEAST_PROBES) wrong.push(`only ${probes.length} probes`);
    say(`${places.length} environments, ${probes.length} probes between them, ${wrong.length} wrong`);

    const acts = await killedActs(agent, control, { most: short ? SHORT_KILLS : Infinity, say, signal });
    wrong.push(...acts.wrong);
    const deletions = await killedDeletions(context, world, wrong);
    for (const one of earlier()) wrong.push(...(await thisAppThere(one, `${world.folder}/protocol-${one.protocol}.sock`)));
    for (const line of wrong) say(`wrong: ${line}`);
    return {
      ok: wrong.length === 0,
      figure: `environments: ${probes.length} probes between ${places.length} environments, ${acts.kills} kills while one was made and renamed, ${deletions} while one was deleted, protocol ${earlier().map(({ protocol }) => protocol).join(", ")} in words: ${wrong.length} wrong`,
    };
  },
});

/** One with a service that serves, deleted while the agent dies before and after each change. */
async function killedDeletions(context: BarContext, world: WorldRun, wrong: string[]): Promise<number> {
  const image = allShapes(await startGitServer(world, "127.0.0.1"), world.name)[0]!;
  const one = casesOf(image).find(({ act }) => act?.kind === "delete-environment")!;
  const seat = await openSeat(context, world.folder, "deletion");
  const moments = await seat.record(one);
  const killed = new Set<string>();
  const missed: string[] = [];
  let kills = 0;
  for (const moment of context.short ? evenly(moments, SHORT_KILLS) : moments) {
    context.signal.throwIfAborted();
    const kill = await seat.kill(one, moment);
    if (kill.died) killed.add(moment.point);
    else missed.push(moment.point);
    kills += Number(kill.died);
    wrong.push(...kill.problems.map((problem) => `deletion at ${moment.point} (${moment.nth}): ${problem}`));
  }
  // What comes beside the deletion may not come again; an effect of it that was never killed is untested.
  wrong.push(...missed.filter((point) => !killed.has(point)).map((point) => `deletion: it did not die at ${point}`));
  context.say(`delete: killed at ${kills} of ${moments.length} moments`);
  return kills;
}
