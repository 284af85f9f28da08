// A deploy of staged rows while the agent dies at each change that the call makes: all of it is done, or none, and once.
import { v7 as uuid } from "uuid";
import { until } from "../../world/wait.ts";
import type { AgentProcess } from "../agent-process.ts";
import { evenly } from "../crash-all/todo.ts";
import type { Control, Moment } from "../effects/control.ts";
import { GOOD_COMMAND, wrongAnswers, type Place } from "./places.ts";

type More = { /** Moments. */ most: number; signal: AbortSignal };

export async function killedDeploys(agent: AgentProcess, control: Control, place: Place, { most, signal }: More): Promise<{ kills: number; done: number; wrong: string[] }> {
  const { environmentId } = place;
  const wrong: string[] = [];
  const stage = async (word: string) => {
    await agent.client.staged.stage({ environmentId, serviceId: null, set: { WORD: word } });
    await agent.client.staged.stage({ environmentId, serviceId: place.services.get("a")!.id, set: { EXTRA: word }, settings: { healthSeconds: 120 + (word.length % 2) } });
    // Where it was left so that it cannot start; else it is what is wanted already.
    await agent.client.staged.stage({ environmentId, serviceId: place.services.get("b")!.id, settings: { startCommand: GOOD_COMMAND } });
    return (await agent.client.staged.list({ environmentId })).map(({ id }) => id);
  };
  const deploy = (ids: string[], key: string) => agent.client.staged.deploy({ environmentId, ids }, { context: { idempotencyKey: key } });
  const wordNow = async () => (await agent.client.variables.reveal({ environmentId, serviceId: null, name: "WORD" })).value;
  const become = (word: string) => {
    place.shared.WORD = word;
    Object.assign(place.wanted.get("a")!, { EXTRA: word });
  };

  const recording = await stage("recorded");
  control.record();
  const { jobs } = await deploy(recording, uuid());
  const recorded = control.recorded();
  control.nothing();
  for (const { id } of jobs) await agent.ended(id);
  become("recorded");
  // What the jobs do meanwhile is no moment of this call, nor is what a loop finds.
  const all = recorded.filter(({ point, place: from }) => /\bapi\//.test(from ?? "") && !point.startsWith("child."));
  // Few: around its one commit.
  const moments: Moment[] = most === Infinity ? all : evenly(all.filter(({ place: from }) => (from ?? "").includes("staged/deploy.ts")), most);
  if (moments.length === 0) wrong.push("nothing was recorded");

  let [kills, done] = [0, 0];
  for (const [index, moment] of moments.entries()) {
    signal.throwIfAborted();
    const [word, key] = [`k${"x".repeat(index % 2)}${index}`, uuid()];
    const before = place.shared.WORD!;
    const ids = await stage(word);
    control.killAt(moment);
    await deploy(ids, key).catch(() => {});
    const died = await Promise.race([agent.exited().then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, 30_000, false))]);
    control.nothing();
    if (!died) wrong.push(`it did not die at ${moment.point} (${moment.nth}) ${moment.place}`);
    else {
      kills += 1;
      await agent.start();
    }
    const at = `${moment.point} (${moment.nth})`;
    const rows = (await agent.client.staged.list({ environmentId })).map(({ id }) => id);
    const now = await wordNow();
    const isDone = rows.length === 0;
    if (isDone ? now !== word : now !== before || JSON.stringify(rows) !== JSON.stringify(ids)) wrong.push(`${at}: ${rows.length} of ${ids.length} rows, and the word is ${now}`);
    done += Number(isDone);
    const again = await deploy(ids, key).catch((error: Error) => wrong.push(`${at}, again: ${error.message}`));
    become(word);
    if (typeof again === "number") continue;
    if (again.jobs.length !== 2 || again.group === null) wrong.push(`${at}: ${again.jobs.length} jobs`);
    for (const { id } of again.jobs) wrong.push(...(await endedWell(agent, id)).map((fault) => `${at}: ${fault}`));
    const mine = (await agent.client.jobs.list({})).filter(({ group, createdAt }) => group !== null && createdAt >= (again.jobs[0]?.createdAt ?? 0));
    if (mine.length !== again.jobs.length) wrong.push(`${at}: ${mine.length} jobs were made`);
    wrong.push(...(await until("answers", async () => (await wrongAnswers(agent, place)).length === 0, { within: 60_000, every: 200 }).then(() => [], () => wrongAnswers(agent, place))));
  }
  return { kills, done, wrong };
}

/** A deployment that the agent's death undid, and one that waited for it, are begun again by a person, as ever. */
async function endedWell(agent: AgentProcess, id: string): Promise<string[]> {
  const { state, serviceId, subject, problem } = await agent.ended(id);
  if (state === "succeeded") return [];
  if (!["INTERRUPTED", "GROUP_STOPPED"].includes(problem?.code ?? "")) return [`${subject} ${state} ${problem?.message}`];
  const again = await agent.deployed((await agent.client.deployments.start({ serviceId: serviceId! })).id);
  return again.problem === null ? [] : [`${subject}, again: ${again.problem.message}`];
}
