// What is wrong with how deploys went, from their rows alone.
import type { Job } from "../../../agent/contract/index.ts";
import type { Made } from "./services.ts";

/** `jobs`: in the order in which they were asked for. */
export type Ended = { service: Made; jobs: Job[] };

const begun = ({ steps }: Job): number | null => steps.find(({ startedAt }) => startedAt !== null)?.startedAt ?? null;

/** Those that began went live one after the other in their order, the last one among them; every other one says what took its place and did nothing. */
export function orderFaults({ service: { name }, jobs }: Ended): string[] {
  const faults: string[] = [];
  let before: Job | null = null;
  jobs.forEach((job, at) => {
    const what = `deploy ${at + 1} of ${name}`;
    const since = begun(job);
    if (job.state === "cancelled" && at < jobs.length - 1) {
      if (job.problem?.code !== "SUPERSEDED") faults.push(`${what} was cancelled and says ${job.problem?.code ?? "nothing"}`);
      if (since !== null) faults.push(`${what} was superseded although it had begun`);
      return;
    }
    if (job.state !== "succeeded") return void faults.push(`${what} ${job.state}: ${job.problem?.message}`);
    if (before !== null && since! < before.endedAt!) faults.push(`${what} began before the one before it had ended`);
    before = job;
  });
  return faults;
}

/** One at a time from its beginning to the end of its build. */
export function laneFaults(all: readonly Ended[]): string[] {
  const stays = all
    .filter(({ service }) => service.inLane)
    .flatMap(({ service, jobs }) => jobs.map((job) => ({ name: service.name, from: begun(job), until: job.steps.find(({ name }) => name === "build")?.endedAt ?? job.endedAt! })))
    .flatMap(({ from, ...stay }) => (from === null ? [] : [{ from, ...stay }]))
    .toSorted((a, b) => a.from - b.from || a.until - b.until);
  return stays.slice(1).flatMap((stay, at) => (stay.from < stays[at]!.until ? [`${stay.name} was in the lane beside ${stays[at]!.name}`] : []));
}
