// Every story in which the agent is killed: each kind of job and each damage, with each shape that it can happen to.
import { actKinds, type ActKind } from "../acts/kinds.ts";
import { REPAIRS, type Repair } from "../acts/repairs.ts";
import type { Shape } from "../acts/shapes.ts";

/** `what`: of all shapes together, as it is told at the end. */
export type Case = { name: string; what: string; shape: Shape; act?: ActKind; repair?: Repair };

/** An agent that finds nothing to mend: what it does at every start belongs to no other story. */
const PLAIN: Repair = { name: "nothing is wrong", needsProcess: false, damage: async () => {} };

export const plainStart = (shape: Shape): Case => ({ name: `${PLAIN.name}, ${shape.shape}`, what: PLAIN.name, shape, repair: PLAIN });

export function casesOf(shape: Shape): Case[] {
  const acts = actKinds().kinds.map((act) => ({ name: `${act.kind} of ${shape.shape}`, what: act.kind, shape, act }));
  const repairs = REPAIRS.filter(({ needsProcess }) => !needsProcess || shape.hasProcess);
  return [...acts, ...repairs.map((repair) => ({ name: `${repair.name}, ${shape.shape}`, what: repair.name, shape, repair }))];
}
