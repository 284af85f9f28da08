import type { StagedDifference, StagedRow as Shown } from "../../contract/index.ts";
import type { StagedRow } from "../store/index.ts";
import type { Showing } from "./aspect.ts";
import { aspectOf } from "./aspects.ts";

/** Rows as the contract shows them; of an aspect that is not known the name alone. */
export const showRows = (showing: Showing, rows: readonly StagedRow[]): Promise<Shown[]> => Promise.all(rows.map((row) => showRow(showing, row)));

async function showRow(showing: Showing, row: StagedRow): Promise<Shown> {
  const { id, environmentId, scope, scopeId, aspect, name, author, at } = row;
  const said = (await aspectOf(row)?.shown(showing, row)) ?? { act: "set" as const, kind: null, value: null };
  return { id, environmentId, serviceId: scope === "service" ? scopeId : null, aspect, name, ...said, by: author, at };
}

/** Each beside what is wanted now. */
export const showDifferences = (showing: Showing, rows: readonly StagedRow[]): Promise<StagedDifference[]> =>
  Promise.all(rows.map(async (row) => ({ ...(await showRow(showing, row)), wanted: (await aspectOf(row)?.wanted(showing, row)) ?? null })));
