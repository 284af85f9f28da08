import { fail } from "../../contract/index.ts";
import type { Sealer } from "../secrets/sealer.ts";
import { findVariable, listVariables, ofEnvironment, ofService } from "../store/index.ts";
import type { Db, ServiceRow, VariableRow } from "../store/index.ts";
import { digestOfAll } from "./digest.ts";
import { filledIn, type Reference } from "./template.ts";

type Deps = { db: Db; sealer: Sealer };
type Place = Pick<ServiceRow, "id" | "environmentId">;

/** The system refuses to start a program with one that is larger (MAX_ARG_STRLEN, 32 pages of 4 KiB). */
const LARGEST_BYTES = 128 * 1024 - 1;

/** What a service is made with, by the rows of its own environment. */
export type Resolved = {
  /** Opened; never logged. */
  values: Record<string, string>;
  /** Compared with that of a release. */
  digest: string | null;
};

/** For a deploy: every value, references filled in. Refuses what refers to nothing, naming the place. */
export async function resolve(deps: Deps, service: Place & Pick<ServiceRow, "name">): Promise<Resolved> {
  const { db, sealer } = deps;
  const own = listVariables(db, ofService(service.id));
  // Read together, before anything is opened: a person may change one meanwhile.
  const shared = new Map(listVariables(db, ofEnvironment(service.environmentId)).map((row) => [row.name, row]));
  const digest = digestOfAll(sealer, own, (name) => shared.get(name)?.digest);
  const opened = new Map<string, string>();
  for (const name of new Set(own.flatMap(({ refers }) => refers))) {
    const row = shared.get(name);
    if (row !== undefined) opened.set(name, await sealer.open(row.sealed, `The shared variable ${name}`));
  }
  const values: Record<string, string> = {};
  for (const row of own) values[row.name] = await valueOf(row, opened, { sealer, service: service.name });
  return { values, digest };
}

async function valueOf(row: VariableRow, shared: ReadonlyMap<string, string>, { sealer, service }: { sealer: Sealer; service: string }): Promise<string> {
  const { name } = row;
  const template = await sealer.open(row.sealed, `The variable ${name} of ${service}`);
  // From before there were templates.
  if (row.digest === null) return template;
  const known = (reference: Reference) => {
    const value = reference.shared === null ? undefined : shared.get(reference.shared);
    if (value === undefined) throw fail("VARIABLE_REFERENCE_UNKNOWN", { variable: name, service, reference: reference.text });
    return value;
  };
  const value = filledIn(template, known);
  if (Buffer.byteLength(value) + name.length > LARGEST_BYTES) throw fail("VARIABLES_TOO_LARGE", { variable: name, service, limit: "128 KiB" });
  return value;
}

/** For "changed": what `resolve` would answer as digest, with nothing opened. */
export function resolvedDigest({ db, sealer }: Deps, { id, environmentId }: Place): string | null {
  return digestOfAll(sealer, listVariables(db, ofService(id)), (name) => findVariable(db, ofEnvironment(environmentId), name)?.digest);
}
