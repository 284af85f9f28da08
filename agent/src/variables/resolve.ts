import { fail, filledIn, type Reference } from "../../contract/index.ts";
import type { Sealer } from "../secrets/sealer.ts";
import type { Db, ServiceRow } from "../store/index.ts";
import { digestOfReached } from "./digest.ts";
import { reach, type Found, type Reached } from "./reach.ts";

type Deps = { db: Db; sealer: Sealer };

/** The system refuses to start a program with one that is larger (MAX_ARG_STRLEN, 32 pages of 4 KiB). */
const LARGEST_BYTES = 128 * 1024 - 1;

/** What a service is made with, by the rows of its own environment. */
export type Resolved = {
  /** Opened; never logged. */
  values: Record<string, string>;
  /** Compared with that of a release. */
  digest: string | null;
};

/**
 * For a deploy that makes the release `releaseId`: every value, references filled in. Refuses what refers to nothing or to
 * itself, naming the place.
 */
export async function resolve({ db, sealer }: Deps, service: ServiceRow, releaseId: string): Promise<Resolved> {
  const reached = reach(db, service);
  if (reached.circle !== null) throw fail("VARIABLE_REFERENCE_CIRCULAR", { service: service.name, way: circleWords(reached.circle) });
  if (reached.tooMuch !== null) throw fail("VARIABLE_REFERENCE_TOO_MANY", { service: service.name, limit: reached.tooMuch });
  const opened = new Map<string, string>();
  for (const one of reached.found.values()) {
    if (one.is === "variable") opened.set(one.key, await sealer.open(one.row.sealed, `The variable ${one.row.name} of ${one.owner.name}`));
    if (one.is === "shared") opened.set(one.key, await sealer.open(one.row.sealed, `The shared variable ${one.row.name}`));
  }
  const filled = fillIn(reached, opened, { service, releaseId });
  const own = variablesIn(reached).filter(({ owner }) => owner.id === service.id);
  return {
    values: Object.fromEntries(own.map(({ key, row }) => [row.name, filled.get(key)!])),
    digest: digestOfReached(sealer, service, reached),
  };
}

type Variable = Extract<Found, { is: "variable" }>;

const variablesIn = ({ found }: Reached): Variable[] => [...found.values()].filter((one): one is Variable => one.is === "variable");

/** Of a longer way round its two ends are told. */
const MOST_TOLD = 20;
export const circleWords = (circle: readonly string[]): string =>
  (circle.length <= MOST_TOLD ? circle : [...circle.slice(0, MOST_TOLD / 2), "…", ...circle.slice(-MOST_TOLD / 2)]).join(" → ");

/** Each once, behind those that it refers to: they were found in that order, and there is no circle in them. */
function fillIn(reached: Reached, opened: ReadonlyMap<string, string>, { service, releaseId }: { service: ServiceRow; releaseId: string }): Map<string, string> {
  const filled = new Map<string, string>();

  function referred(found: Found | undefined, { row, owner }: Variable, { text }: Reference): string {
    const place = { variable: row.name, service: owner.name, reference: text };
    if (found?.is === "shared") return opened.get(found.key)!;
    const before = found && filled.get(found.key);
    if (before !== undefined) return before;
    // Or nothing said that it refers to this one: what it keeps of its references is damaged.
    // What stands between the braces of a secret may be a part of it.
    if (found?.is !== "fact") throw fail("VARIABLE_REFERENCE_UNKNOWN", row.kind === "plain" ? place : { ...place, reference: "something" });
    const value = found.fact === "AEROPLANE_RELEASE_ID" && found.owner.id === service.id ? releaseId : found.value;
    if (value === null) throw fail("VARIABLE_FACT_MISSING", { ...place, owner: found.owner.name });
    return value;
  }

  function valueOf(variable: Variable): string {
    const { key, row, owner } = variable;
    const template = opened.get(key)!;
    // Looked at while it grows: a few lines that refer to each other twice would fill the memory.
    let bytes = row.name.length;
    const grow = (text: string) => {
      bytes += Buffer.byteLength(text);
      if (bytes > LARGEST_BYTES) throw fail("VARIABLES_TOO_LARGE", { variable: row.name, service: owner.name, limit: "128 KB" });
      return text;
    };
    const fill = (reference: Reference) => grow(referred(reference.to === null ? undefined : reached.at(owner, reference.to), variable, reference));
    // From before there were templates.
    const value = row.digest === null ? template : filledIn(template, fill);
    bytes = row.name.length;
    grow(value);
    return value;
  }
  for (const variable of variablesIn(reached)) filled.set(variable.key, valueOf(variable));
  return filled;
}

/** For "changed": what `resolve` would answer as digest, with nothing opened. */
export const resolvedDigest = ({ db, sealer }: Deps, service: ServiceRow): string | null => digestOfReached(sealer, service, reach(db, service));
