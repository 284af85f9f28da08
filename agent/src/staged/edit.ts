import { v7 as uuid } from "uuid";
import { fail, MOST_STAGED, referencesOf, type OpenConfig, type ServiceConfig, type SettingsEdit } from "../../contract/index.ts";
import { refuseTaken } from "../network/taken.ts";
import { heardConfig, toldConfig } from "../api/rules.ts";
import { clearGone, countStagedIn, findService, findStaged, findVariable, listStaged, putStaged, readTemplate, stagedOf, supposed, takeStaged, writeTemplate } from "../store/index.ts";
import type { Db, NewVariable, Scope, StagedRow, StagedTemplate } from "../store/index.ts";
import { applyRows, aspectOf, grouped, SETTING, VARIABLE, VOLUME } from "./aspects.ts";
import { refuseBroken } from "./references.ts";
import { freeName } from "../volumes/names.ts";
import { writeMountRow } from "./mount-row.ts";
import { configWith, fieldOf, isSame } from "./setting.ts";

export type Edits = { set: readonly NewVariable[]; remove: readonly string[]; secret: readonly string[]; settings: SettingsEdit; volumes?: readonly VolumeEdit[]; removeVolumes?: readonly string[] };
/** `volumeId`: one that comes back from the trash; without it a new one. */
export type VolumeEdit = { path: string; name?: string | undefined; volumeId?: string };
type Who = { author: string | null; at: number };
type Place = { db: Db; scope: Scope; environmentId: string; who: Who };
type Written = Pick<StagedRow, "value" | "digest">;

/** Within a transaction: rows of one scope, all of the edits or none. An edit that gives back what is wanted takes its row away. */
export function stageEdits(place: Place, edits: Edits): void {
  const { db, scope, environmentId, who } = place;
  for (const name of edits.remove) put(place, VARIABLE, name, { value: null, digest: null });
  for (const variable of edits.set) put(place, VARIABLE, variable.name, templateOf(place, variable, edits.secret.includes(variable.name)));
  const given = new Set(edits.set.map(({ name }) => name));
  for (const name of edits.secret) if (!given.has(name)) makeSecret(place, name);
  stageSettings(place, edits.settings);
  stageVolumes(place, edits);
  clearGone(db, environmentId);
  const count = countStagedIn(db, environmentId);
  if (count > MOST_STAGED) throw fail("INVALID_INPUT", { field: "Staged changes", why: `${count} are more than the ${MOST_STAGED} that an environment can have` });
  supposed(db, () => {
    applyOthers(db, environmentId, scope, who.at);
    applyRows(db, scope, stagedOf(db, scope), who.at);
    refuseBroken(db, scope, given);
  });
}

/** What others have staged may not fit what is wanted by now: that is for their Deploy to say. */
function applyOthers(db: Db, environmentId: string, own: Scope, at: number): void {
  for (const { scope, rows } of grouped(listStaged(db, environmentId))) {
    if (scope.scopeId === own.scopeId) continue;
    try {
      applyRows(db, scope, rows, at);
    } catch (error) {
      // The disk has ended the transaction: nothing after it may be written alone.
      if (!db.isTransaction) throw error;
    }
  }
}

function put({ db, scope, environmentId, who }: Place, aspect: string, name: string, written: Written): void {
  const before = findStaged(db, scope, aspect, name);
  const row = { id: uuid(), environmentId, ...scope, aspect, name, ...written, ...who };
  if (aspectOf(row)!.isWanted(db, row)) {
    if (before !== undefined) takeStaged(db, before, { did: "changed", author: who.author });
  } else if (before === undefined || !isSameEdit(before, row)) putStaged(db, row);
}

/** Sealed anew, the same template has another text. */
function isSameEdit(one: StagedRow, other: StagedRow): boolean {
  if (one.aspect !== VARIABLE || one.value === null || other.value === null) return one.value === other.value;
  const [before, after] = [readTemplate(one.value), readTemplate(other.value)];
  return before.kind === after.kind && one.digest === other.digest && (before.sealed === null) === (after.sealed === null);
}

/** One that is secret stays so when it is replaced: wanted or staged. */
function templateOf({ db, scope }: Place, { name, sealed, digest, refers }: NewVariable, secret: boolean): Written {
  const staged = findStaged(db, scope, VARIABLE, name)?.value ?? null;
  const stays = findVariable(db, scope, name)?.kind === "secret" || (staged !== null && readTemplate(staged).kind === "secret");
  return { value: writeTemplate({ kind: secret || stays ? "secret" : "plain", sealed, refers }), digest };
}

function makeSecret(place: Place, name: string): void {
  const { db, scope } = place;
  const before = findStaged(db, scope, VARIABLE, name);
  // It goes, or it is not there.
  if (before === undefined ? findVariable(db, scope, name) === undefined : before.value === null) return;
  const template: StagedTemplate = before?.value == null ? { kind: "plain", sealed: null, refers: [] } : readTemplate(before.value);
  put(place, VARIABLE, name, { value: writeTemplate({ ...template, kind: "secret" }), digest: before?.digest ?? null });
}

function stageSettings(place: Place, settings: SettingsEdit): void {
  const { db, scope } = place;
  const edited = Object.entries(settings).filter(([, value]) => value !== undefined);
  if (edited.length === 0) return;
  const service = findService(db, scope.scopeId);
  if (scope.scope !== "service" || service === undefined) throw fail("INVALID_INPUT", { field: "settings", why: "only a service has any" });
  const before = stagedOf(db, scope).filter(({ aspect }) => aspect === SETTING);
  const staged = Object.fromEntries(before.map(({ name, value }) => [name, value === null ? null : (JSON.parse(value) as unknown)]));
  // As they are read together, where a shape has its own say in a field, and over what the window was told.
  const told = { ...service, config: toldConfig(service.config) };
  const edits = Object.fromEntries(edited);
  const whole = configWith(db, told, { ...staged, ...overCheck({ ...service.config, ...staged }, edits), ...edits });
  refuseTaken(db, service, { names: settings.names ?? [], publish: settings.publish ?? [] });
  for (const name of fieldsToPut(edited.map(([name]) => name), whole)) {
    const value = fieldOf(whole, name);
    const was = before.find((row) => row.name === name);
    if (was !== undefined && isSame(staged[name], value)) continue;
    put(place, SETTING, name, { value: JSON.stringify(value), digest: null });
  }
}

/** One without a name gets the one that it has staged already, or a free one. */
function stageVolumes(place: Place, { volumes = [], removeVolumes = [] }: Pick<Edits, "volumes" | "removeVolumes">): void {
  const { db, scope, environmentId } = place;
  if (volumes.length + removeVolumes.length === 0) return;
  const service = findService(db, scope.scopeId);
  if (scope.scope !== "service" || service === undefined) throw fail("INVALID_INPUT", { field: "volumes", why: "only a service has any" });
  for (const path of removeVolumes) put(place, VOLUME, path, { value: null, digest: null });
  for (const { path, name: wished, volumeId = null } of volumes) {
    const own = (row: StagedRow) => row.scopeId === scope.scopeId && row.name === path;
    const free = (base?: string) => freeName(db, { environmentId, serviceName: service.name, path, own, ...(base === undefined ? {} : { wished: base }) });
    // A name that was typed is refused where it is taken; one that comes back may get another.
    const name = volumeId === null && wished !== undefined ? wished : free(wished);
    put(place, VOLUME, path, { value: writeMountRow({ volumeId, name }), digest: null });
  }
}

/** The path, or HEALTHCHECK, edited alone is the newest word (api/rules.ts): a check that is wanted or staged goes, and what was told of it stays. */
function overCheck(config: Record<string, unknown>, edits: Record<string, unknown>): Record<string, unknown> {
  const before = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null)) as OpenConfig;
  if (before.health === undefined || Object.hasOwn(edits, "health")) return {};
  const told = toldConfig(before);
  if (heardConfig(before, { ...told, ...edits }).health !== undefined) return {};
  return { health: null, healthPath: told.healthPath, imageHealth: told.imageHealth };
}

/** Of a health check that goes its path and HEALTHCHECK are kept in it alone: they are written down as what takes its place. */
const CHECK = ["health", "healthPath", "imageHealth"];
const fieldsToPut = (edited: readonly string[], { health }: ServiceConfig): string[] =>
  health === undefined && edited.some((name) => CHECK.includes(name)) ? [...new Set([...edited, ...CHECK])] : [...edited];

/** What stands between the braces and can be nothing at all; of a secret it may be a part of its value. */
export function refuseUnreadable(service: { name: string }, set: Record<string, string>, isSecret: (name: string) => boolean): void {
  for (const [variable, template] of Object.entries(set)) {
    const unreadable = referencesOf(template).find(({ to }) => to === null);
    if (unreadable === undefined) continue;
    throw fail("VARIABLE_REFERENCE_UNKNOWN", { variable, service: service.name, reference: isSecret(variable) ? "something" : unreadable.text });
  }
}
