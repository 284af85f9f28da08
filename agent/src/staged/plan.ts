import { readWritten, toProblem, type Problem } from "../../contract/index.ts";
import type { Sealer } from "../secrets/sealer.ts";
import { isBeingDeployed, servicesOfEnvironment, supposed, updateRelease, type Db, type Scope, type ServiceRow, type StagedRow } from "../store/index.ts";
import { digestOfReached, reach, type Found, type Reached } from "../variables/index.ts";
import { applyRows, grouped, SETTING, VARIABLE } from "./aspects.ts";
import { orderOf, type Edge } from "./order.ts";
import { circleProblem, lostIn, lostProblem } from "./references.ts";

type Deps = { db: Db; sealer: Sealer; isGoing(service: ServiceRow): boolean };
export type Member = { service: ServiceRow; why: "rows" | "refers"; after: string[] };
export type Idle = { service: ServiceRow; why: "stopped" | "empty" };
export type Plan = {
  /** Each behind those that it waits for. */
  members: Member[];
  idle: Idle[];
  /** `service` refers to `waitsNot` and does not wait for it, since that one waits for it. */
  broken: { service: ServiceRow; waitsNot: ServiceRow; circle: string[] }[];
  problems: Problem[];
};

/** Of one service, as it is or as it would be. */
type Look = { reached: Reached; digest: string | null };

/** What a Deploy of these rows does. They are applied as a Deploy does it and looked at, and taken back. */
export function planOf(deps: Deps, environmentId: string, rows: readonly StagedRow[]): Plan {
  const { db } = deps;
  const before = lookAt(deps, environmentId);
  return supposed(db, () => {
    const problems = applyAll(db, rows);
    const services = servicesOfEnvironment(db, environmentId);
    supposePorts(db, services, rows);
    const after = lookAt(deps, environmentId);
    const staged = new Set(rows.filter(({ scope }) => scope === "service").map(({ scopeId }) => scopeId));
    const differs = ({ id }: ServiceRow) => before.get(id)?.digest !== after.get(id)?.digest;
    const changed = services.filter((service) => staged.has(service.id) || differs(service));
    const running = changed.filter((service) => idleWhy(db, service) === null && !deps.isGoing(service));
    for (const service of changed) problems.push(...newProblems(service, before.get(service.id)!.reached, after.get(service.id)!.reached));
    return { ...ordered(running, after, staged, rows), idle: idleOf(db, services.filter(({ id }) => staged.has(id))), problems };
  });
}

/** A service that has nothing to run, or is not to, is made with its rows when it is deployed next; one that is on its way there was made without them. */
function idleWhy(db: Db, { id, liveReleaseId, intent }: ServiceRow): Idle["why"] | null {
  if (liveReleaseId !== null && intent === "running") return null;
  return isBeingDeployed(db, id) ? null : liveReleaseId === null ? "empty" : "stopped";
}
export const idleOf = (db: Db, services: readonly ServiceRow[]): Idle[] =>
  services.flatMap((service) => {
    const why = idleWhy(db, service);
    return why === null ? [] : [{ service, why }];
  });

function lookAt({ db, sealer }: Deps, environmentId: string): Map<string, Look> {
  return new Map(
    servicesOfEnvironment(db, environmentId).map((service) => {
      const reached = reach(db, service);
      return [service.id, { reached, digest: digestOfReached(sealer, service, reached) }];
    }),
  );
}

function applyAll(db: Db, rows: readonly StagedRow[]): Problem[] {
  return grouped(rows).flatMap(({ scope, rows: own }: { scope: Scope; rows: StagedRow[] }) => {
    try {
      applyRows(db, scope, own, 0);
      return [];
    } catch (error) {
      // The disk has ended the transaction: nothing after it may be written alone.
      if (!db.isTransaction) throw error;
      return [toProblem(error)];
    }
  });
}

/** Who refers to the port of a service that gets another one is told that of its release, which has the old one until it was deployed. */
function supposePorts(db: Db, services: readonly ServiceRow[], rows: readonly StagedRow[]): void {
  const given = new Set(rows.filter(({ aspect, name }) => aspect === SETTING && name === "port").map(({ scopeId }) => scopeId));
  for (const { id, liveReleaseId, config } of services) {
    if (given.has(id) && liveReleaseId !== null && config.port !== null) updateRelease(db, liveReleaseId, { port: config.port });
  }
}

/** What was so before is not for these rows to answer for. */
function newProblems(service: ServiceRow, before: Reached, after: Reached): Problem[] {
  const known = new Set(lostIn(before).map(({ key }) => key));
  const lost = lostIn(after).find(({ key }) => !known.has(key));
  return [...(lost === undefined ? [] : [lostProblem(lost)]), ...(after.circle === null || before.circle !== null ? [] : [circleProblem(service, after.circle)])];
}

function ordered(running: readonly ServiceRow[], looks: ReadonlyMap<string, Look>, staged: ReadonlySet<string>, rows: readonly StagedRow[]): Pick<Plan, "members" | "broken"> {
  const byId = new Map(running.map((service) => [service.id, service]));
  const writtenAt = new Map(rows.filter(({ aspect }) => aspect === VARIABLE).map(({ scopeId, name, at }) => [`${scopeId} ${name}`, at]));
  const edges = running.flatMap(({ id }) => edgesTo(id, looks.get(id)!.reached, writtenAt).filter(({ from }) => byId.has(from)));
  const { order, after, broken } = orderOf([...byId.keys()], edges);
  return {
    members: order.map((id) => ({ service: byId.get(id)!, why: staged.has(id) ? "rows" : "refers", after: [...after.get(id)!] })),
    broken: broken.map(({ from, to, circle }) => ({ service: byId.get(to)!, waitsNot: byId.get(from)!, circle: circle.map((id) => byId.get(id)!.name) })),
  };
}

/** Services whose variables and facts one template names; of another owner's it is told by that owner's own templates. */
const ownersOf = ({ owner, row }: Extract<Found, { is: "variable" }>, reached: Reached): string[] =>
  row.refers.flatMap((written) => {
    const found = reached.at(owner, readWritten(written));
    return found?.is === "variable" || found?.is === "fact" ? [found.owner.id] : [];
  });

/** From each service that its variables lead to, since the oldest template on the way that names it. */
function edgesTo(to: string, reached: Reached, writtenAt: ReadonlyMap<string, number>): Edge[] {
  const since = new Map<string, number>();
  for (const one of reached.found.values()) {
    if (one.is !== "variable") continue;
    const at = writtenAt.get(`${one.owner.id} ${one.row.name}`) ?? one.row.updatedAt;
    for (const from of ownersOf(one, reached)) if (from !== to) since.set(from, Math.min(since.get(from) ?? at, at));
  }
  return [...since].map(([from, at]) => ({ from, to, at }));
}
