// What a server's store holds, read beside the agent; and what its upgrades have left.
import type { Server } from "../../world/server.ts";
import { until } from "../../world/wait.ts";

/** What jobs do not change while they run; that agents came and went is written down by themselves. */
const TABLES = ["meta", "project", "environment", "service", "variable", "audit", "idempotency"];

const DUMP = `
const { DatabaseSync } = require("node:sqlite");
const db = new DatabaseSync("/var/lib/aeroplane/store.db", { readOnly: true });
const rows = Object.fromEntries(${JSON.stringify(TABLES)}.map((table) => [table, db.prepare("SELECT * FROM " + table + " ORDER BY 1, 2").all().filter((row) => row.key !== "agentVersion" && !String(row.procedure).startsWith("agent.")).map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith("note")).map(([name, value]) => [name, value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value])))]));
console.log(JSON.stringify({ schema: db.prepare("PRAGMA user_version").get().user_version, rows }));`;

export type Contents = { schema: number; rows: Record<string, Record<string, unknown>[]> };

export async function contentsOf(server: Server): Promise<Contents> {
  const node = (await server.exec(["sh", "-c", "ls -d /opt/aeroplane/parts/node-*/node | head -1"])).trim();
  return JSON.parse(await server.exec([node, "--disable-warning=ExperimentalWarning", "-e", DUMP])) as Contents;
}

/** The tables whose rows differ, in words. */
export function differences(before: Contents, after: Contents): string[] {
  return TABLES.filter((table) => JSON.stringify(before.rows[table]) !== JSON.stringify(after.rows[table])).map(
    (table) => `${table} has ${after.rows[table]?.length} rows instead of ${before.rows[table]?.length}, or others`,
  );
}

/** Files and drop-ins that only a trial needs. */
export async function leftOfTrial(server: Server): Promise<string[]> {
  const look = () => server.exec(["sh", "-c", "ls -d /var/lib/aeroplane/store.db.next* /var/lib/aeroplane/trial.sock /run/systemd/system/aeroplane-agent.service.d/* 2>/dev/null || true"]);
  // The switch clears up behind itself, while the agent answers already.
  await until("nothing to be left of a trial", async () => (await look()).trim() === "", { within: 60_000 }).catch(() => {});
  return (await look()).split("\n").filter(Boolean).map((path) => `left behind: ${path}`);
}

/** How often a switch was begun on this server. */
export async function switches(server: Server): Promise<number> {
  const lines = await server.exec(["sh", "-c", "journalctl --sync; journalctl --unit aeroplane-upgrade.service --no-pager --output cat"]);
  return lines.split("\n").filter((line) => line.startsWith("Started ")).length;
}
