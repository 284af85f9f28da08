// Changes that are staged, reviewed, discarded and deployed, in environments whose services refer to each other; and an agent that dies meanwhile.
import { createAgentClient } from "../../src/desktop/agent/client.ts";
import { openSocket } from "../../src/desktop/local/transport.ts";
import { beginRun, endRun } from "../world/run.ts";
import { startAgentProcess } from "./agent-process.ts";
import { createControl } from "./effects/control.ts";
import { bar } from "./frame.ts";
import { killedDeploys } from "./staged/kills.ts";
import { FEW, MANY, raisePlace, type Place } from "./staged/places.ts";
import { deployAll, discardAll, failAndMend, stageTogether, wrongReview } from "./staged/rounds.ts";

const SHORT_KILLS = 2;

export default bar({
  name: "staged",
  minutes: 20,
  run: async (context) => {
    const { short, say, cleanup, signal } = context;
    const world = await beginRun();
    cleanup(() => endRun(world.folder));
    const control = createControl(world.folder, "staged");
    const agent = await startAgentProcess(context, { prefix: "staged", ...control.options });
    const { client: other } = createAgentClient(() => openSocket(`${agent.dataDir}/agent.sock`));
    const project = await agent.client.projects.create({ name: "shop" });
    const wrong: string[] = [];
    const places: Place[] = [];
    for (const name of short ? ["production"] : ["production", "staging", "preview"]) {
      places.push(await raisePlace(agent, world.name, project, name, short ? FEW : MANY));
      say(`${name} is raised`);
    }

    let deploys = 0;
    const rounds = places.map(async (place) => {
      wrong.push(...(await stageTogether(agent.client, other, place, "1")), ...(await wrongReview(agent.client, place)));
      signal.throwIfAborted();
      const first = await deployAll(agent, place);
      wrong.push(...first.wrong, ...(await discardAll(agent, place)));
      say(`${place.name}: staged, reviewed, deployed; then staged and discarded`);
      const failing = await failAndMend(agent, place, "2", short);
      wrong.push(...failing.wrong);
      deploys += first.deploys + failing.deploys;
    });
    await Promise.all(rounds);
    say(`${deploys} deployments in ${places.length} environments, ${wrong.length} wrong`);

    const killed = short ? places[0]! : await raisePlace(agent, world.name, project, "killed", FEW);
    const kills = await killedDeploys(agent, control, killed, { most: short ? SHORT_KILLS : Infinity, signal });
    wrong.push(...kills.wrong);
    for (const line of wrong.slice(0, 30)) say(`  wrong: ${line}`);
    const count = places.length * places[0]!.services.size;
    return {
      ok: wrong.length === 0,
      figure: `staged: ${count} services in ${places.length} environments, two clients at once, ${deploys} deployments in the order of references, one failing in each environment; ${kills.kills} kills of a deploy, ${kills.done} after it was done: ${wrong.length} wrong`,
    };
  },
});
