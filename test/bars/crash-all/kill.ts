// One agent that is killed at one moment of one act, started again, and looked at.
import { until } from "../../world/wait.ts";
import { createStage, type ActKind } from "../acts/kinds.ts";
import type { Repair } from "../acts/repairs.ts";
import { DRAIN_SECONDS, type Shape, type Subject } from "../acts/shapes.ts";
import { wrongNow } from "../acts/state.ts";
import { startAgentProcess } from "../agent-process.ts";
import { createControl, type Moment } from "../effects/control.ts";
import type { BarContext } from "../frame.ts";

export const LIMIT_SECONDS = 10 + DRAIN_SECONDS;
const GIVE_UP_SECONDS = 30;
const LIVE = { before: "live" } as const;

export type Case = { name: string; shape: Shape; act?: ActKind; repair?: Repair };
/** `died`: the moment came again. */
export type Kill = { moment: Moment; died: boolean; seconds: number; problems: string[] };

export type Seat = {
  /** Every point that a run without a death reaches, each time that it is reached. */
  momentsOf(one: Case): Promise<Moment[]>;
  kill(one: Case, moment: Moment): Promise<Kill>;
  outside(): string[];
};

/** Many lines of output are so many moments in the middle of one effect: two of them tell enough. */
const MIDDLES = 2;

/** Between the end of one effect and the beginning of the next nothing happens: that is one moment. */
function moments(recorded: Moment[]): Moment[] {
  const apart = recorded.filter(({ point }, at) => !(point.endsWith(".after") && recorded[at + 1]?.point.endsWith(".before")));
  return apart.filter(({ point, nth }) => !point.endsWith(".during") || nth <= MIDDLES);
}

export async function openSeat(context: BarContext, folder: string, name: string): Promise<Seat> {
  const { short, signal } = context;
  const control = createControl(folder, name);
  const agent = await startAgentProcess(context, { prefix: name, ...control.options });
  const stage = createStage(agent);

  /** Begins it; null: the agent died before it answered. */
  async function begin({ act }: Case, subject: Subject): Promise<string | null> {
    try {
      return await act!.begin(agent.client, subject);
    } catch {
      return null;
    }
  }
  async function consistent(subject: Subject, jobId: string | null): Promise<string[]> {
    let wrong = ["nothing was looked at"];
    const look = async () => (wrong = await wrongNow(agent, subject, jobId)).length === 0;
    await until("a consistent state", look, { within: GIVE_UP_SECONDS * 1000, every: 50, signal }).catch((error: Error) => (wrong = wrong.length === 0 ? [error.message] : wrong));
    return wrong;
  }
  /** Where the agent died before its answer: the job that it made, if it made one. */
  async function newestJob(known: ReadonlySet<string>): Promise<string | null> {
    return (await agent.client.jobs.list({ limit: 20 })).find(({ id }) => !known.has(id))?.id ?? null;
  }
  const jobIds = async () => new Set((await agent.client.jobs.list({ limit: 100 })).map(({ id }) => id));

  /** The damage is done while no agent runs; the next one finds it. */
  async function damaged({ repair }: Case, subject: Subject): Promise<void> {
    await agent.kill();
    await repair!.damage(agent, subject);
  }

  return {
    outside: control.outside,
    async momentsOf(one) {
      const subject = await stage.ready(one.shape, one.act ?? LIVE);
      let jobId: string | null = null;
      if (one.repair) {
        await damaged(one, subject);
        control.record();
        await agent.start();
      } else {
        control.record();
        jobId = await begin(one, subject);
        await agent.ended(jobId!);
      }
      const wrong = await consistent(subject, jobId);
      control.nothing();
      if (wrong.length > 0) throw new Error(`${one.name}, without a death: ${wrong.join("; ")}`);
      return moments(control.recorded());
    },
    async kill(one, moment) {
      const subject = await stage.ready(one.shape, one.act ?? LIVE);
      const known = await jobIds();
      let jobId: string | null = null;
      const problems: string[] = [];
      if (one.repair) {
        await damaged(one, subject);
        control.killAt(moment);
        await agent.start().catch(() => {});
      } else {
        control.killAt(moment);
        jobId = await begin(one, subject);
      }
      const settled = one.repair ? consistent(subject, null) : jobId === null ? agent.exited() : agent.ended(jobId);
      const died = await Promise.race([agent.exited().then(() => true), settled.then(() => false, () => agent.exited().then(() => true))]);
      control.nothing();
      const begun = performance.now();
      if (died) await agent.start();
      if (!one.repair && jobId === null) jobId = await newestJob(known);
      problems.push(...(await consistent(subject, jobId)));
      const seconds = (performance.now() - begun) / 1000;
      if (!short && seconds > LIMIT_SECONDS && problems.length === 0) problems.push(`${seconds.toFixed(1)} s`);
      return { moment, died, seconds, problems };
    },
  };
}

/** So many of them, the first and the last among them. */
export function evenly<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  if (most < 2) return all.slice(0, most);
  return Array.from({ length: most }, (_, at) => all[Math.round((at * (all.length - 1)) / (most - 1))]!);
}

/** Each point once, as far as they go, then evenly over the rest; in the order in which they come. */
export function everyPoint(all: readonly Moment[], most: number): Moment[] {
  const firsts = evenly([...new Map(all.toReversed().map((moment) => [moment.point, moment])).values()].reverse(), most);
  const rest = all.filter((moment) => !firsts.includes(moment));
  const more = most > firsts.length ? evenly(rest, most - firsts.length) : [];
  return all.filter((moment) => firsts.includes(moment) || more.includes(moment));
}
