// What is in a volume is there, byte for byte, whatever becomes of its service and of the agent; and never two processes are on it.
import { beginRun, endRun } from "../world/run.ts";
import { startAgentProcess } from "./agent-process.ts";
import { createControl, type Moment } from "./effects/control.ts";
import { bar } from "./frame.ts";
import { redeploy, restart, returned, STORIES, told } from "./volumes/acts.ts";
import { adopted, raiseAdoption } from "./volumes/adoption.ts";
import { folderOf, hashNow, raiseKeeper } from "./volumes/keeper.ts";
import { killedAt, momentsOf } from "./volumes/kills.ts";
import { plant } from "./volumes/tree.ts";

/** The old process has ended and the new one has not begun. */
const BETWEEN: Moment = { point: "docker.container.create.before", nth: 1 };

export default bar({
  name: "volumes",
  minutes: 25,
  async run(context) {
    const { short, say, cleanup, signal } = context;
    const world = await beginRun();
    cleanup(() => endRun(world.folder));
    const control = createControl(world.folder, "volumes");
    const agent = await startAgentProcess(context, { prefix: "volumes", ...control.options });
    const project = await agent.client.projects.create({ name: "shop" });
    const environmentId = project.environments[0]!.id;
    // With the environment its volumes go for good.
    cleanup(async () => {
      await agent.client.environments.create({ projectId: project.id, name: "empty" });
      await agent.ended((await agent.client.environments.delete({ id: environmentId, confirm: "production" })).job.id);
    });
    const raised = await raiseKeeper(agent, environmentId, "keeper", world.name);
    await plant(await folderOf(agent, raised.volumeId), "kept");
    let keeper = { ...raised, hash: await hashNow(agent, raised.volumeId) };
    const wrong: string[] = [];

    for (const story of short ? [redeploy, restart] : [...STORIES, ...STORIES]) {
      signal.throwIfAborted();
      wrong.push(...(await told(keeper, story)));
      say(`${story.name}: ${wrong.length} wrong`);
    }
    const begin = async () => (await agent.client.deployments.start({ serviceId: keeper.service.id })).id;
    const moments = short ? [BETWEEN] : await momentsOf(control, () => redeploy.act(keeper), Infinity);
    const killed = await killedAt(agent, control, keeper, moments, begin, signal);
    wrong.push(...killed.wrong);
    say(`${killed.kills} kills of ${moments.length} of a deploy: ${wrong.length} wrong`);
    keeper = await returned(keeper);
    wrong.push(...(await told(keeper, { name: "a delete with return from the trash", act: async () => {} })));
    say(`deleted and returned: ${wrong.length} wrong`);
    let kills = killed.kills;
    if (!short) {
      const restarts = await momentsOf(control, () => restart.act(keeper), Infinity);
      const again = await killedAt(agent, control, keeper, restarts, async () => (await agent.client.services.restart({ id: keeper.service.id })).job.id, signal);
      wrong.push(...again.wrong, ...(await adopted(context, agent, environmentId, world.name)));
      say(`${again.kills} kills of a restart, and an image's volume was taken in: ${wrong.length} wrong`);
      const first = await raiseAdoption(context, agent, environmentId, "recorded", world.name);
      const taking = await momentsOf(control, async () => agent.ended(await first.begin()), Infinity);
      const second = await raiseAdoption(context, agent, environmentId, "killed", world.name);
      const third = await killedAt(agent, control, second.keeper, taking.filter(({ place }) => /adopt|release\.ts|stop-first/.test(place ?? "")), second.begin, signal);
      wrong.push(...second.wrong, ...third.wrong);
      kills += again.kills + third.kills;
      say(`${third.kills} kills while it was taken in: ${wrong.length} wrong`);
    }
    for (const line of wrong.slice(0, 30)) say(`  wrong: ${line}`);
    return { ok: wrong.length === 0, figure: `volumes: a tree of odd names, modes, owners, links and holes through ${short ? "a deploy, a restart" : `${STORIES.length * 2} acts`}, ${kills} kills and a delete with return: ${wrong.length} wrong` };
  },
});
