import { findVariable, readTemplate, type Db, type NewVariable, type Scope, type StagedRow } from "../store/index.ts";
import { writeVariablesOf } from "../variables/index.ts";
import type { Aspect, Showing } from "./aspect.ts";

/** A secret that is wanted stays one, whatever the row was written as. */
const isSecret = (db: Db, row: StagedRow, kind: string) => kind === "secret" || findVariable(db, row, row.name)?.kind === "secret";

/** One that does not open is shown without its value: it can still be discarded, or replaced. */
async function valueOf({ sealer, reveal }: Showing, kind: string, sealed: Uint8Array | null): Promise<string | null> {
  if (!reveal || kind !== "plain" || sealed === null) return null;
  return sealer.open(sealed).catch(() => null);
}

/** Rows that one person wrote, as one change of variables. */
function changeOf(rows: readonly StagedRow[]) {
  const set: NewVariable[] = [];
  const remove: string[] = [];
  const secret: string[] = [];
  for (const { name, value, digest } of rows) {
    if (value === null) {
      remove.push(name);
      continue;
    }
    const { kind, sealed, refers } = readTemplate(value);
    if (sealed !== null && digest !== null) set.push({ name, sealed, digest, refers });
    if (kind === "secret") secret.push(name);
  }
  return { set, remove, secret };
}

export const variableAspect: Aspect = {
  words: (name) => `The variable ${name}`,
  isWanted(db, row) {
    const wanted = findVariable(db, row, row.name);
    if (row.value === null || wanted === undefined) return row.value === null ? wanted === undefined : readTemplate(row.value).sealed === null;
    const { kind, sealed } = readTemplate(row.value);
    return (kind === "plain" || wanted.kind === "secret") && (sealed === null || wanted.digest === row.digest);
  },
  apply(db, scope: Scope, rows, at) {
    const byAuthor = Map.groupBy(rows, ({ author }) => author);
    writeVariablesOf(db, scope, [...byAuthor].map(([author, own]) => ({ changed: changeOf(own), who: { by: author, at } })));
  },
  async shown(deps, row) {
    if (row.value === null) return { act: "removed", kind: null, value: null };
    const { kind, sealed } = readTemplate(row.value);
    const shownAs = isSecret(deps.db, row, kind) ? "secret" : "plain";
    return { act: sealed === null ? "secret" : "set", kind: shownAs, value: await valueOf(deps, shownAs, sealed) };
  },
  async wanted(deps, row) {
    const found = findVariable(deps.db, row, row.name);
    if (found === undefined) return null;
    // What becomes secret is not shown for a last time.
    const becomesSecret = row.value !== null && readTemplate(row.value).kind === "secret";
    return { kind: found.kind, value: await valueOf(deps, becomesSecret ? "secret" : found.kind, found.sealed) };
  },
};
