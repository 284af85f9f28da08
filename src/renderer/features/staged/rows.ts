import { refersTo, serviceConfig, type Service, type SettingsEdit, type StagedRow, type Variable } from "@aeroplane/agent/contract";

/** A variable as a Deploy would make it, with the edit that waits, if any. */
export type Listed = { variable: Variable; row: StagedRow | null; /** There is none of that name yet. */ isNew: boolean };

export const rowsOf = (rows: readonly StagedRow[] | null | undefined, serviceId: string | null): StagedRow[] => rows?.filter((row) => row.serviceId === serviceId) ?? [];

/** What is wanted with what is staged laid over it, by name; one that is to be removed stays, to be taken back. */
export function listedOf(wanted: readonly Variable[], rows: readonly StagedRow[]): Listed[] {
  const staged = new Map(rows.filter(({ aspect }) => aspect === "variable").map((row) => [row.name, row]));
  const kept = wanted.map((variable): Listed => {
    const row = staged.get(variable.name) ?? null;
    staged.delete(variable.name);
    return { variable: row === null ? variable : over(variable, row), row, isNew: false };
  });
  const added = [...staged.values()].filter(({ act }) => act !== "removed").map((row): Listed => ({ variable: over({ name: row.name, value: null, refers: [], updatedAt: row.at }, row), row, isNew: true }));
  return [...kept, ...added].sort((one, other) => (one.variable.name < other.variable.name ? -1 : 1));
}

const templateOf = ({ value }: StagedRow): string | null => (typeof value === "string" ? value : null);

function over(variable: Variable, row: StagedRow): Variable {
  if (row.act === "removed") return variable;
  const template = templateOf(row);
  return { ...variable, kind: row.kind ?? variable.kind ?? "plain", refers: template === null || row.serviceId === null ? variable.refers : refersTo(template), updatedAt: row.at };
}

/** The text that waits, where it may be shown. */
export const stagedValue = (row: StagedRow | null): string | null => (row === null || row.act !== "set" || row.kind !== "plain" ? null : templateOf(row));

/** A service with the settings that a Deploy would give it. */
export function withStaged(service: Service, rows: readonly StagedRow[]): Service {
  const settings = rows.filter(({ aspect, serviceId }) => aspect === "setting" && serviceId === service.id);
  if (settings.length === 0) return service;
  const config: Record<string, unknown> = { ...service.config };
  for (const { name, act, value } of settings) {
    if (act === "removed" || (value === null && !mayBeNull(name))) delete config[name];
    else config[name] = value;
  }
  return { ...service, config: config as Service["config"] };
}

/** Whether null is a value of that field; where it is not, it stands for a field that is taken out. */
const mayBeNull = (name: string): boolean => !Object.hasOwn(serviceConfig.shape, name) || serviceConfig.shape[name as keyof typeof serviceConfig.shape].safeParse(null).success;

/** Settings that could not be read and are shown at their defaults: who saves has looked at them. */
export const damagedFields = ({ warnings }: Pick<Service, "warnings">): string[] =>
  (warnings ?? []).filter(({ code }) => code === "SETTINGS_DAMAGED").flatMap(({ values }) => String(values.fields ?? "").split(", ").filter((field) => Object.hasOwn(serviceConfig.shape, field)));

/** Of an edited config the fields that differ, and those that were `lost`; one that is absent there is taken out. */
export function settingsBetween(before: Service["config"], after: Record<string, unknown>, lost: readonly string[] = []): SettingsEdit {
  const was = before as Record<string, unknown>;
  const fields = [...new Set([...Object.keys(was), ...Object.keys(after), ...lost])].filter((field) => lost.includes(field) || JSON.stringify(was[field]) !== JSON.stringify(after[field]));
  return Object.fromEntries(fields.map((field) => [field, after[field] ?? null])) as SettingsEdit;
}

/** The volume that waits to be mounted; `volumeId` null: a new one. Null: it is no such row, or is told in another way by a newer agent. */
export function stagedVolume({ aspect, act, value }: Pick<StagedRow, "aspect" | "act" | "value">): { volumeId: string | null; name: string } | null {
  if (aspect !== "volume" || act !== "set" || typeof value !== "object" || value === null) return null;
  const { volumeId, name } = value as { volumeId?: unknown; name?: unknown };
  return { volumeId: typeof volumeId === "string" ? volumeId : null, name: typeof name === "string" ? name : "" };
}

export type Restaged = {
  environmentId: string;
  serviceId: string | null;
  set: Record<string, string>;
  remove: string[];
  secret: string[];
  settings: SettingsEdit;
  volumes: { path: string; name: string }[];
  removeVolumes: string[];
  /** Volumes that are there already, each with where it was to be mounted. */
  returned: { id: string; path: string }[];
};

/** The same edits once more, scope by scope; null where one of them holds a value that nobody can read. */
export function restaged(rows: readonly StagedRow[]): Restaged[] | null {
  const scopes = new Map<string | null, Restaged>();
  for (const row of rows) {
    const { environmentId, serviceId, name, act } = row;
    const scope = scopes.get(serviceId) ?? { environmentId, serviceId, set: {}, remove: [], secret: [], settings: {}, volumes: [], removeVolumes: [], returned: [] };
    scopes.set(serviceId, scope);
    const value = stagedValue(row);
    const volume = stagedVolume(row);
    if (row.aspect === "setting") scope.settings = { ...scope.settings, [name]: row.value };
    else if (volume?.volumeId) scope.returned.push({ id: volume.volumeId, path: name });
    else if (volume) scope.volumes.push({ path: name, name: volume.name });
    else if (row.aspect === "volume" && act === "removed") scope.removeVolumes.push(name);
    else if (row.aspect !== "variable") return null;
    else if (act === "removed") scope.remove.push(name);
    else if (act === "secret") scope.secret.push(name);
    else if (value !== null) scope.set[name] = value;
    else return null;
  }
  return [...scopes.values()];
}

export const canRestage = (row: StagedRow): boolean => restaged([row]) !== null;
