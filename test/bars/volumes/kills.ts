// The agent dies at the moments of an act on a service with a volume.
import { until } from "../../world/wait.ts";
import { distinctSpots } from "../crash-all/moments.ts";
import { evenly } from "../crash-all/todo.ts";
import type { Control, Moment } from "../effects/control.ts";
import type { AgentProcess } from "../agent-process.ts";
import { wrongIn, type Keeper } from "./keeper.ts";

type Killed = { kills: number; wrong: string[] };

/** All that an act changes from each place, once. */
export async function momentsOf(control: Control, act: () => Promise<unknown>, most: number): Promise<Moment[]> {
  control.record();
  await act();
  const recorded = control.recorded().filter(({ point }) => !point.startsWith("child."));
  control.nothing();
  return evenly(distinctSpots(recorded).map(({ moment }) => moment), most);
}

/** Dies at each of them; whatever was undone or done, what is in the volume is there, and one process is on it. */
export async function killedAt(agent: AgentProcess, control: Control, keeper: Keeper, moments: readonly Moment[], begin: () => Promise<string>, signal: AbortSignal): Promise<Killed> {
  const wrong: string[] = [];
  let kills = 0;
  for (const moment of moments) {
    signal.throwIfAborted();
    control.killAt(moment);
    const ended = new AbortController();
    const died = agent.exited().then(() => true);
    // It may die before it answers, and may not come to the moment at all.
    const survived = begin().then((id) => untilEnded(agent, id, ended.signal)).then(() => false, () => died);
    const hasDied = await Promise.race([died, survived]);
    ended.abort();
    control.nothing();
    if (hasDied) {
      kills += 1;
      await agent.start();
    }
    await quiet(agent);
    wrong.push(...(await wrongIn(keeper)).map((line) => `killed at ${moment.point} ${moment.place ?? ""}: ${line}`));
  }
  return { kills, wrong };
}

const untilEnded = (agent: AgentProcess, id: string, signal: AbortSignal) => until("its end", async () => (await agent.client.jobs.get({ id })).endedAt !== null, { within: 300_000, every: 50, signal });

/** What the life before began was undone or finished. */
const quiet = (agent: AgentProcess) => until("the end of all jobs", async () => (await agent.client.jobs.list({ limit: 20 })).every(({ endedAt }) => endedAt !== null), { within: 300_000, every: 50 });
