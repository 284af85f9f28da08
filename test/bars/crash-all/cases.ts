// Every story in which the agent is killed: each kind of job and each damage, with each shape that it can happen to.
import { CARES } from "../../../agent/src/runtime/reconcile.ts";
import { DIFFERENCES } from "../../../agent/src/runtime/survey.ts";
import { shapes as shapeTable, sources as sourceTable } from "../../../agent/contract/index.ts";
import { actKinds, cancelledKinds, type ActKind } from "../acts/kinds.ts";
import { DAMAGED_ROWS } from "../acts/damaged-rows.ts";
import { REPAIRS, type Repair } from "../acts/repairs.ts";
import type { TableShape } from "../acts/shapes.ts";

/** `what`: of all shapes together, as it is told at the end. */
export type Case = {
  name: string;
  what: string;
  shape: TableShape;
  act?: ActKind;
  /** The agent dies there first; the story is what its next life does. */
  death?: string;
  repair?: Pick<Repair, "damage" | "goes">;
};

/** Deaths after which a deployment is gone on with, undone from its first container or from its route, or finished. */
const DEATHS: Record<string, string[]> = {
  image: ["caddy.route.rename.after", "docker.container.stop.before"],
  site: ["build.during"],
  worker: ["docker.container.start.after"],
  web: ["build.during"],
};

const ALL_REPAIRS = [...REPAIRS, ...DAMAGED_ROWS];

/** An agent that finds nothing to mend: what it does at every start belongs to no other story. */
export const plainStart = (shape: TableShape): Case => ({ name: `nothing is wrong, ${shape.shape}`, what: "nothing is wrong", shape, repair: { damage: async () => {} } });

export function casesOf(shape: TableShape): Case[] {
  if (shape.shape === "files") return actKinds().kinds.filter(({ kind }) => kind === "deploy").map((act) => ({ name: `deploy of ${shape.shape}`, what: "deploy", shape, act }));
  const acts = [...actKinds().kinds, ...cancelledKinds()].filter(({ needsProcess }) => !needsProcess || shape.hasProcess).map((act) => ({ name: `${act.name} of ${shape.shape}`, what: act.name, shape, act }));
  const deploy = actKinds().kinds.find(({ kind }) => kind === "deploy");
  const deaths = (DEATHS[shape.shape] ?? []).map((death) => ({ name: `deploy after a death at ${death}, of ${shape.shape}`, what: `deploy after a death at ${death}`, shape, act: deploy, death }));
  const repairs = ALL_REPAIRS.filter(({ needsProcess }) => !needsProcess || shape.hasProcess);
  return [...acts, ...deaths, ...repairs.map((repair) => ({ name: `${repair.name}, ${shape.shape}`, what: repair.name, shape, repair }))];
}

/** What the agent's own tables have and no story tells of: a new entry must not go untested. */
export function untold(shapes: readonly TableShape[]): string[] {
  const mended = new Set<string>(ALL_REPAIRS.map(({ mends }) => mends));
  // What the survey finds is mended by differences of its own.
  const wanted = [...CARES.filter((name) => name !== "services"), ...DIFFERENCES];
  return [
    ...actKinds().unknown.map((kind) => `nobody has said how the kind ${kind} begins`),
    ...wanted.filter((name) => !mended.has(name)).map((name) => `no damage is mended by: ${name}`),
    ...Object.keys(shapeTable).filter((name) => !shapes.some(({ is }) => is === name)).map((name) => `no service has the shape ${name}`),
    ...Object.keys(sourceTable).filter((name) => !shapes.some(({ from }) => from === name)).map((name) => `no service is made from the source ${name}`),
  ];
}
