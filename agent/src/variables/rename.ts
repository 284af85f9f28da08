import { refersTo, withOwner } from "../../contract/index.ts";
import type { Sealer } from "../secrets/sealer.ts";
import { findRelease, findService, ofService, readTemplate, releasesInState, rewriteStaged, servicesOfEnvironment, setReleaseDigest, setVariable, stagedReferringTo, variablesReferringTo, writeTemplate } from "../store/index.ts";
import type { Db, NewVariable, ServiceRow, StagedRow, VariableRow } from "../store/index.ts";
import { digestOf, digestOfReached } from "./digest.ts";
import { reach } from "./reach.ts";

type Deps = { db: Db; sealer: Sealer };
type Rewritten = { before: VariableRow; after: NewVariable };
/** Whose variables were written anew, and whether staged ones were. */
export type Renamed = { services: ServiceRow[]; staged: boolean };
type RewrittenRow = { before: StagedRow; after: Pick<StagedRow, "value" | "digest"> };

const referring = (db: Db, { environmentId, name }: ServiceRow): VariableRow[] => variablesReferringTo(db, environmentId, name);
const stagedReferring = (db: Db, { environmentId, name }: ServiceRow): StagedRow[] => stagedReferringTo(db, environmentId, name);

/**
 * Templates that name a service, wanted and staged, with the name that it gets: opened and sealed here. What is answered keeps them, within the
 * transaction of the rename (`rename`), and answers whose they are; or null where a person has changed one of them, or the
 * name, meanwhile.
 */
export async function prepareRename({ db, sealer }: Deps, service: ServiceRow, to: string): Promise<(rename: () => void) => Renamed | null> {
  const rewritten: Rewritten[] = [];
  for (const before of referring(db, service)) {
    const template = withOwner(await sealer.open(before.sealed, `The variable ${before.name}`), service.name, to);
    rewritten.push({ before, after: { name: before.name, sealed: await sealer.seal(template), digest: digestOf(sealer, "service", before.name, template), refers: refersTo(template) } });
  }
  const rows = await rewriteRows({ db, sealer }, service, to);
  return (rename) => {
    const now = referring(db, service);
    const same = now.length === rewritten.length && rewritten.every(({ before }) => now.some((row) => row.scopeId === before.scopeId && row.name === before.name && row.digest === before.digest));
    // Another rename keeps the id of what it writes anew.
    const sameRows = versionsOf(stagedReferring(db, service)) === versionsOf(rows.map(({ before }) => before));
    if (!same || !sameRows || findService(db, service.id)?.name !== service.name) return null;
    const unchanged = rewritten.length === 0 ? [] : unchangedReleases({ db, sealer }, service);
    for (const { before, after } of rewritten) setVariable(db, ofService(before.scopeId), after);
    for (const { before, after } of rows) rewriteStaged(db, before.id, after);
    rename();
    // The text of a template is another, the values are what they were.
    for (const { of, releases } of unchanged) {
      const digest = digestOfReached(sealer, of, reach(db, of));
      if (digest !== null) for (const id of releases) setReleaseDigest(db, id, digest);
    }
    return { services: [...new Set(rewritten.map(({ before }) => before.scopeId))].flatMap((id) => findService(db, id) ?? []), staged: rows.length > 0 };
  };
}

const versionsOf = (rows: readonly StagedRow[]): string => rows.map(({ id, digest }) => `${id} ${digest}`).join();

/** What is staged is the same edit as before, so it keeps its id. */
async function rewriteRows({ db, sealer }: Deps, service: ServiceRow, to: string): Promise<RewrittenRow[]> {
  const rewritten: RewrittenRow[] = [];
  for (const before of stagedReferring(db, service)) {
    const { name, value } = before;
    const { kind, sealed } = readTemplate(value!);
    const template = withOwner(await sealer.open(sealed!, `The staged variable ${name}`), service.name, to);
    rewritten.push({ before, after: { value: writeTemplate({ kind, sealed: await sealer.seal(template), refers: refersTo(template) }), digest: digestOf(sealer, "service", name, template) } });
  }
  return rewritten;
}

/** Live or on the way there, with the values of now, and these stay: they do not hold the name itself. */
function unchangedReleases({ db, sealer }: Deps, renamed: ServiceRow): { of: ServiceRow; releases: string[] }[] {
  const preparing = releasesInState(db, "preparing");
  return servicesOfEnvironment(db, renamed.environmentId).flatMap((of) => {
    const live = of.liveReleaseId === null ? undefined : findRelease(db, of.liveReleaseId);
    const candidates = [...(live === undefined ? [] : [live]), ...preparing.filter(({ serviceId }) => serviceId === of.id)];
    if (candidates.length === 0) return [];
    const reached = reach(db, of);
    const digest = digestOfReached(sealer, of, reached);
    if (digest === null || reached.found.has(`${renamed.id}.AEROPLANE_PRIVATE_NAME`)) return [];
    const releases = candidates.filter(({ variablesDigest }) => variablesDigest === digest).map(({ id }) => id);
    return releases.length === 0 ? [] : { of, releases };
  });
}
