// What a person's windows do all the time, written down: states, prompts, a log that is followed, calls, acts.
import { setTimeout as pause } from "node:timers/promises";
import type { AgentContract } from "../../../agent/contract/index.ts";
import type { ContractRouterClient } from "@orpc/contract";
import type { Connection } from "../../../src/contract/index.ts";
import type { Services } from "../../../src/desktop/services.ts";
import { follow } from "../../../src/renderer/data/follow.ts";
import { toProblem } from "../../../agent/contract/index.ts";

export type Agent = ContractRouterClient<AgentContract>;
type Stage = { desktop: Pick<Services, "servers" | "prompts">; agent: Agent; id: string; signal: AbortSignal };

/** Every state of the server and every question, in order. */
export function watchDesktop({ desktop, id, signal }: Stage) {
  const states: { at: number; connection: Connection }[] = [];
  const prompts: string[] = [];
  void (async () => {
    for await (const list of desktop.servers.watch(signal)) {
      const found = list.find((server) => server.id === id)?.connection;
      if (found && JSON.stringify(found) !== JSON.stringify(states.at(-1)?.connection)) states.push({ at: performance.now(), connection: found });
    }
  })();
  void (async () => {
    for await (const open of desktop.prompts.watch(signal)) prompts.push(...open.map(({ type }) => type));
  })();
  return { states, prompts, state: () => states.at(-1)?.connection.state };
}

/** The log as the window follows it. */
export function watchLog({ agent, signal }: Stage, serviceId: string) {
  const lines: string[] = [];
  let gaps = 0;
  let breaks = 0;
  void follow({
    open: (after) => agent.services.logs({ id: serviceId, after, tail: 5000 }, { signal }),
    onBatch(batch) {
      if (batch.gap) gaps += 1;
      lines.push(...batch.lines.map(({ text }) => text));
    },
    onResumed: () => (breaks += 1),
    signal,
  });
  return { lines, gaps: () => gaps, breaks: () => breaks };
}

/** A small call again and again: when the last one was answered that had begun after some moment. */
export function watchCalls({ agent, signal }: Stage) {
  const answered: { began: number; ended: number }[] = [];
  const failures = new Map<string, number>();
  const ask = async () => {
    const began = performance.now();
    await agent.projects.list({}, { signal }).then(
      () => answered.push({ began, ended: performance.now() }),
      (error: unknown) => failures.set(codeOf(error), (failures.get(codeOf(error)) ?? 0) + 1),
    );
  };
  void (async () => {
    for (; !signal.aborted; await pause(100)) void ask();
  })();
  return {
    failures,
    count: () => answered.length,
    /** When the first call was answered that began after `moment`. */
    firstAfter: (moment: number) => answered.find(({ began }) => began >= moment)?.ended,
  };
}

/** So rarely that the list of the latest hundred jobs holds all of half an hour. */
const RESTART_EVERY = 10;

export const codeOf = (error: unknown): string => (error as { code?: string }).code ?? toProblem(error).code;

/** Acts that would show if they were done twice: projects of a name of their own, and restarts, each of which leaves a job. */
export function act({ agent, signal }: Stage, siteId: string, every: number) {
  const projects = { done: [] as string[], unknown: [] as string[], wrong: [] as string[] };
  const restarts = { done: [] as string[], unknown: 0, wrong: [] as string[] };
  const lost = new Set(["SERVER_OFFLINE"]);
  const running = new Set<Promise<void>>();
  const begin = (work: () => Promise<void>) => {
    const one = work().finally(() => running.delete(one));
    running.add(one);
  };
  void (async () => {
    for (let number = 1; !signal.aborted; number += 1, await pause(every)) {
      begin(async () => {
        const name = `act-${number}`;
        try {
          await agent.projects.create({ name });
          projects.done.push(name);
        } catch (error) {
          (lost.has(codeOf(error)) ? projects.unknown : projects.wrong).push(`${name} ${codeOf(error)}`);
        }
      });
      if (number % RESTART_EVERY !== 0) continue;
      begin(async () => {
        try {
          restarts.done.push((await agent.services.restart({ id: siteId })).job.id);
        } catch (error) {
          if (lost.has(codeOf(error))) restarts.unknown += 1;
          else restarts.wrong.push(codeOf(error));
        }
      });
    }
  })();
  return { projects, restarts, settled: () => Promise.all(running) };
}
