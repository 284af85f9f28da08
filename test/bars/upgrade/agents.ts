// Agents of other versions, made from today's sources: good ones with one more migration, and bad ones whose migration ruins the data.
import { join } from "node:path";
import { buildAgent } from "../../../scripts/build-agent.mjs";

export type Release = { version: string; bundle: string };
export type Fault = "dies" | "is silent" | "cannot read";

const good = (number: number) => `ALTER TABLE project ADD COLUMN note${number} TEXT; CREATE TABLE added${number} (id TEXT PRIMARY KEY) STRICT;`;
const RUINOUS = "DELETE FROM variable; DELETE FROM audit; UPDATE project SET name = 'ruined ' || id; ALTER TABLE job DROP COLUMN subject;";

/** What a bad one does once the ruinous migration has run: before its sockets answer, or after. */
const FAULTS: Record<Fault, string> = {
  dies: "throw new Error(proof())",
  "is silent": "note(proof()); for (;;);",
  "cannot read": "note(proof())",
};
const PROOF = `const proof = () => { const { DatabaseSync } = process.getBuiltinModule("node:sqlite"); const db = new DatabaseSync(config.dataDir + "/store.db.next", { readOnly: true }); return "ruined: " + db.prepare("SELECT (SELECT count(*) FROM variable) AS variables, (SELECT count(*) FROM project WHERE name LIKE 'ruined %') AS projects").all().map((row) => row.variables + " variables, " + row.projects + " projects renamed")[0]; };`;

export async function makeRelease(folder: string, version: string, { migrations = 0, fault }: { migrations?: number; fault?: Fault } = {}): Promise<Release> {
  const added = [...Array.from({ length: migrations }, (_, index) => good(index + 1)), ...(fault ? [RUINOUS] : [])];
  const bundle = join(folder, `agent-${version}.mjs`);
  await buildAgent({
    outfile: bundle,
    change: {
      "agent/src/version.ts": (text) => replaced(text, /AGENT_VERSION = ".*"/, `AGENT_VERSION = "${version}"`),
      ...(added.length > 0 && {
        "agent/src/store/schema.ts": (text: string) => replaced(text, /\n\];\n/, `\n${added.map((sql) => `${JSON.stringify(sql)},\n`).join("")}];\n`),
      }),
      ...(fault && {
        "agent/src/server/serve.ts": (text: string) =>
          replaced(text, "const servers: Server[] = [];", `const servers: Server[] = [];\n  if (trial) { ${PROOF} ${FAULTS[fault]} }`),
      }),
    },
  });
  return { version, bundle };
}

function replaced(text: string, what: RegExp | string, by: string): string {
  const changed = text.replace(what, () => by);
  if (changed === text) throw new Error(`${what} is not in the source any more`);
  return changed;
}
