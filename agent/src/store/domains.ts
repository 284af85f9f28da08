import { v7 as uuid } from "uuid";
import { all, insert, one, run, type Db } from "./sql.ts";

/** `kind` "serve": its requests go to the service. `port`: null is the service's own. `options`: JSON, read with defaults. */
export type DomainRow = { id: string; serviceId: string; hostname: string; port: number | null; kind: string; options: string; createdAt: number };

/** Of a service, oldest first. */
export const hostnamesOf = (db: Db, serviceId: string): string[] =>
  all<DomainRow>(db, "SELECT * FROM domain WHERE serviceId = ? ORDER BY id", serviceId).map(({ hostname }) => hostname);

/** One hostname leads to one service, whatever its environment. */
export const findDomain = (db: Db, hostname: string): DomainRow | undefined =>
  one<DomainRow>(db, "SELECT * FROM domain WHERE hostname = ?", hostname);

/** Exactly these; one that stays keeps its row. Part of a transaction of the caller's. */
export function setHostnames(db: Db, serviceId: string, hostnames: readonly string[]): void {
  const before = hostnamesOf(db, serviceId);
  for (const hostname of before) if (!hostnames.includes(hostname)) run(db, "DELETE FROM domain WHERE serviceId = ? AND hostname = ?", serviceId, hostname);
  for (const hostname of hostnames) {
    if (!before.includes(hostname)) insert(db, "domain", { id: uuid(), serviceId, hostname, port: null, kind: "serve", options: "{}", createdAt: Date.now() });
  }
}
