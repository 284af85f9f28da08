// One agent that is killed at one moment of one act, started again, and looked at.
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../../world/wait.ts";
import { createStage } from "../acts/kinds.ts";
import { DRAIN_SECONDS, type Subject } from "../acts/shapes.ts";
import { wrongNow } from "../acts/state.ts";
import { startAgentProcess } from "../agent-process.ts";
import { createControl, type Moment } from "../effects/control.ts";
import type { BarContext } from "../frame.ts";
import type { Case } from "./cases.ts";

export const LIMIT_SECONDS = 10 + DRAIN_SECONDS;
const GIVE_UP_SECONDS = 30;
/** All is as it should be before the pass of the reconcile loop has come to its end: a recording ends when nothing has changed for so long. */
const QUIET_MS = 700;
/** So long something may still come where a recording went on. */
const DEATH_MS = 2 * QUIET_MS;

/** `died`: the moment came again. */
export type Kill = { moment: Moment; died: boolean; seconds: number; problems: string[] };

export type Seat = {
  /** Every point that a run without a death reaches, each time that it is reached. */
  record(one: Case): Promise<Moment[]>;
  kill(one: Case, moment: Moment): Promise<Kill>;
  /**
   * An agent that has just been started, as the recording met it: what stands from earlier runs need not be made again, and
   * is no moment then. Wholly: with another service.
   */
  anew(one: Case, wholly: boolean): Promise<void>;
  outside(): string[];
};

export async function openSeat(context: BarContext, folder: string, name: string): Promise<Seat> {
  const { short, signal } = context;
  const control = createControl(folder, name);
  const agent = await startAgentProcess(context, { prefix: name, ...control.options });
  const stage = createStage(agent);

  const hasDied = () => Promise.race([agent.exited().then(() => true), pause(DEATH_MS, false)]);
  /** Until all is one state again; what is wrong else. */
  async function consistent({ repair }: Case, subject: Subject, jobId: string | null, stop = signal): Promise<string[]> {
    let wrong = ["nothing was looked at"];
    const look = async () => (wrong = await wrongNow(agent, subject, jobId, repair?.goes)).length === 0;
    await until("a consistent state", look, { within: GIVE_UP_SECONDS * 1000, every: 50, signal: stop }).catch((error: Error) => (wrong = wrong.length === 0 ? [error.message] : wrong));
    return wrong;
  }
  /** Where the agent died before its answer: the job that it made, if it made one. */
  async function newestJob(known: ReadonlySet<string>): Promise<string | null> {
    return (await agent.client.jobs.list({ limit: 20 })).find(({ id }) => !known.has(id))?.id ?? null;
  }
  const jobIds = async () => new Set((await agent.client.jobs.list({ limit: 100 })).map(({ id }) => id));

  /** Tells the story to where only the agent acts, `order` given just before; null: no job that anybody knows of. */
  async function tell({ act, death, repair }: Case, subject: Subject, order: () => void): Promise<string | null> {
    if (act !== undefined && death === undefined) {
      order();
      return act.begin(agent.client, subject).catch(async (error: unknown) => {
        // Died before it answered.
        if (await hasDied()) return null;
        throw error;
      });
    }
    // The damage is done while no agent runs, or by its first death; the next one finds it.
    const jobId = death === undefined ? null : await diesAt(death, () => act!.begin(agent.client, subject));
    if (death === undefined) await agent.kill();
    await repair?.damage(agent, subject);
    order();
    await agent.start().catch(() => {});
    return jobId;
  }
  async function diesAt(point: string, begin: () => Promise<string>): Promise<string> {
    control.killAt({ point, nth: 1 });
    const jobId = await begin();
    const died = await Promise.race([agent.exited().then(() => true), agent.ended(jobId).then(hasDied, () => true)]);
    if (!died) throw new Error(`The first death at ${point} did not come`);
    return jobId;
  }
  const beforeOf = ({ act, repair }: Case) => act?.before ?? (repair?.goes === undefined ? "live" : "live, to be deleted");

  return {
    outside: control.outside,
    async record(one) {
      const subject = await stage.ready(one.shape, { before: beforeOf(one) });
      const jobId = await tell(one, subject, control.record);
      const wrong = await consistent(one, subject, jobId);
      for (let size = -1; size !== control.size(); await pause(QUIET_MS)) size = control.size();
      control.nothing();
      if (wrong.length > 0) throw new Error(`without another death: ${wrong.join("; ")}`);
      return control.recorded();
    },
    async anew({ shape }, wholly) {
      control.nothing();
      await agent.kill();
      await agent.start();
      await stage.startAll();
      if (wholly) stage.forget(shape);
    },
    async kill(one, moment) {
      const subject = await stage.ready(one.shape, { before: beforeOf(one) });
      const known = await jobIds();
      let jobId = await tell(one, subject, () => control.killAt(moment));
      // Looked at as the recording was, so that it goes as far.
      const over = new AbortController();
      const settled = jobId === null && one.act ? agent.exited() : consistent(one, subject, jobId, AbortSignal.any([signal, over.signal]));
      const died = await Promise.race([agent.exited().then(() => true), settled.then(hasDied)]);
      over.abort();
      control.nothing();
      if (!died) return { moment, died, seconds: 0, problems: [] };
      const begun = performance.now();
      await agent.start();
      if (one.act && jobId === null) jobId = await newestJob(known);
      const problems = await consistent(one, subject, jobId);
      const seconds = (performance.now() - begun) / 1000;
      if (!short && seconds > LIMIT_SECONDS && problems.length === 0) problems.push(`${seconds.toFixed(1)} s`);
      return { moment, died, seconds, problems };
    },
  };
}
