import { one, type Db } from "./sql.ts";

type Listener = (serviceId: string) => void;
const listeners = new WeakMap<Db, Set<Listener>>();

/**
 * Hears of every write that changes what a service is told to be, whichever room made it: a window that is not told goes on
 * showing what was. A write within a transaction is told before its commit; nobody can read between the two.
 */
export function onServiceWritten(db: Db, listener: Listener): void {
  listeners.set(db, (listeners.get(db) ?? new Set()).add(listener));
}

export function serviceWritten(db: Db, serviceId: string): void {
  for (const listener of listeners.get(db) ?? []) listener(serviceId);
}

function releaseWritten(db: Db, releaseId: string): void {
  if (!listeners.has(db)) return;
  const release = one<{ serviceId: string }>(db, "SELECT serviceId FROM release WHERE id = ?", releaseId);
  if (release !== undefined) serviceWritten(db, release.serviceId);
}

export function instanceWritten(db: Db, id: string): void {
  if (!listeners.has(db)) return;
  const instance = one<{ releaseId: string }>(db, "SELECT releaseId FROM instance WHERE id = ?", id);
  if (instance !== undefined) releaseWritten(db, instance.releaseId);
}
