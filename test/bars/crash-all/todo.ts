// Which moments of which stories are killed, and in which order.
import type { Moment } from "../effects/control.ts";
import type { Case } from "./cases.ts";
import { distinctSpots, pointsOf, type Spot } from "./moments.ts";

export type Todo = { one: Case; spot: Spot };

/** Kind of job and shape; all repairs are one kind. */
export const kindOf = ({ act, shape }: Case): string => `${act?.kind ?? "repair"} ${shape.is}`;

/**
 * An effect from one place is killed once for each shape and kind of job, all repairs being one kind: a job that is
 * cancelled, one that has died before and one with another source have what is new in them. What every agent does when it
 * starts and when it looks after all belongs to no job.
 */
export function spotsOfEach(recorded: ReadonlyMap<Case, Moment[]>, cases: readonly Case[], plain: readonly Case[]): Map<Case, Spot[]> {
  const told = new Map<string, Set<string>>();
  const spots = new Map<Case, Spot[]>();
  const atStart = ({ shape }: Case) => plain.filter((one) => one.shape.is === shape.is).flatMap((one) => [...pointsOf(recorded.get(one) ?? [])]);
  for (const one of cases) {
    const key = kindOf(one);
    const known = told.get(key) ?? new Set(plain.includes(one) ? [] : atStart(one));
    spots.set(one, distinctSpots(recorded.get(one) ?? [], known));
    told.set(key, new Set([...known, ...pointsOf(recorded.get(one) ?? [])]));
  }
  return spots;
}

/** A stop leaves what a start begins with: side by side, neither has to be prepared by another job. */
export function inOrder(spots: ReadonlyMap<Case, Spot[]>): Todo[] {
  const all = [...spots].flatMap(([one, own]) => own.map((spot) => ({ one, spot })));
  const isStop = ({ one }: Todo) => one.act?.kind === "stop";
  const needsStopped = ({ one }: Todo) => one.act?.before === "stopped";
  const pairs = [...Map.groupBy(all.filter((todo) => isStop(todo) || needsStopped(todo)), ({ one }) => one.shape).values()].flatMap((own) => zipped(own.filter(isStop), own.filter(needsStopped)));
  return [...all.filter((todo) => !isStop(todo) && !needsStopped(todo)), ...pairs];
}

function zipped<T>(first: readonly T[], second: readonly T[]): T[] {
  return Array.from({ length: Math.max(first.length, second.length) }, (_, at) => [first.slice(at, at + 1), second.slice(at, at + 1)]).flat(2);
}

export const portions = <T>(all: readonly T[], size: number): T[][] => Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));

/** So many of them, the first and the last among them. */
export function evenly<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  return Array.from({ length: most }, (_, at) => all[Math.round((at * (all.length - 1)) / (most - 1))]!);
}
