// An environment that is made and renamed while the agent dies before and after each change that this makes.
import { v7 as uuid } from "uuid";
import type { AgentClient } from "../../../src/desktop/agent/client.ts";
import { evenly } from "../crash-all/todo.ts";
import type { AgentProcess } from "../agent-process.ts";
import type { Control, Moment } from "../effects/control.ts";

type Client = AgentClient["client"];
type Act = { name: string; begin: (client: Client, projectId: string, name: string, key: string) => Promise<{ id: string }>; wanted: (names: string[], name: string) => boolean };

const once = (names: string[], name: string) => names.filter((one) => one === name).length === 1;

/** Kills at each moment; a call that is repeated with its key is done once. */
export async function killedActs(agent: AgentProcess, control: Control, { most, say, signal }: { /** Moments of an act. */ most: number; say: (line: string) => void; signal: AbortSignal }): Promise<{ kills: number; wrong: string[] }> {
  const { id: projectId } = await agent.client.projects.create({ name: "killed" });
  const first = (await agent.client.environments.list({ projectId }))[0]!;
  const names = async () => (await agent.client.environments.list({ projectId })).map(({ name }) => name);
  const acts: Act[] = [
    { name: "create", begin: (client, of, name, key) => client.environments.create({ projectId: of, name }, { context: { idempotencyKey: key } }), wanted: once },
    { name: "rename", begin: (client, _, name, key) => client.environments.rename({ id: first.id, name }, { context: { idempotencyKey: key } }), wanted: once },
  ];
  const wrong: string[] = [];
  let kills = 0;
  for (const act of acts) {
    control.record();
    await act.begin(agent.client, projectId, `${act.name}-recorded`, uuid());
    // The reconcile loop may be at work meanwhile, and who asks how the server is: what no call did, and programs, are no moments of this act.
    const moments: Moment[] = evenly(control.recorded().filter(({ point, place }) => /\bapi\//.test(place ?? "") && !point.startsWith("child.")), most);
    control.nothing();
    if (moments.length === 0) wrong.push(`${act.name}: nothing was recorded`);
    for (const [index, moment] of moments.entries()) {
      signal.throwIfAborted();
      const [name, key] = [`${act.name}-${index}`, uuid()];
      control.killAt(moment);
      await act.begin(agent.client, projectId, name, key).catch(() => {});
      const died = await Promise.race([agent.exited().then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, 2000, false))]);
      control.nothing();
      if (!died) {
        wrong.push(`${act.name}: it did not die at ${moment.point}`);
        continue;
      }
      kills += 1;
      await agent.start();
      await act.begin(agent.client, projectId, name, key).catch((error: Error) => wrong.push(`${act.name} at ${moment.point}, again: ${error.message}`));
      const now = await names();
      if (!act.wanted(now, name)) wrong.push(`${act.name} at ${moment.point}: ${now.join(", ")}`);
      if (act.name === "create") await remove(agent, projectId, name);
    }
    say(`${act.name}: killed at ${moments.length} moments`);
  }
  return { kills, wrong };
}

/** A project has twenty at most. */
async function remove(agent: AgentProcess, projectId: string, name: string): Promise<void> {
  const found = (await agent.client.environments.list({ projectId })).filter((one) => one.name === name);
  for (const { id } of found) await agent.ended((await agent.client.environments.delete({ id, confirm: name })).job.id);
}
