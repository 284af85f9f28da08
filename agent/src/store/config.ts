import { openSource, serviceConfig, type OpenConfig } from "../../contract/index.ts";
import { tellDamage } from "./read.ts";

/** As it was written, with every field that today's code asks for; only in a damaged row its source may be one that is not known. */
export type StoredConfig = OpenConfig;
type Read = { config: StoredConfig; damage: string | null };

/** Most services and releases have few texts between them, and are read far more often than written. */
const KEPT = 5000;
const read = new Map<string, Read>();

/** A release of last year has every field that today's code asks for. What cannot be read stands at its default and is named. */
export function configOf(text: string, id: string): Read {
  const known = read.get(text);
  if (known !== undefined) return known;
  const fresh = readConfig(text);
  if (fresh.damage !== null) tellDamage(id, "config", fresh.damage);
  freeze(fresh.config);
  if (read.size >= KEPT) read.delete(read.keys().next().value!);
  read.set(text, fresh);
  return fresh;
}

function readConfig(text: string): Read {
  const stored = fieldsOf(text);
  const whole = serviceConfig.safeParse(stored);
  if (whole.success) return { config: whole.data, damage: null };
  const { source, ...others } = serviceConfig.shape;
  const lost: string[] = [];
  const rescued = Object.entries(others).map(([name, schema]) => {
    const field = schema.safeParse(stored[name]);
    if (!field.success) lost.push(name);
    return [name, field.success ? field.data : schema.parse(undefined)] as const;
  });
  if (!source.safeParse(stored.source).success) lost.unshift("source");
  const shown = openSource.safeParse(stored.source).data ?? { type: "unknown" };
  return { config: { ...Object.fromEntries(rescued), source: shown } as StoredConfig, damage: lost.join(", ") };
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    const stored: unknown = JSON.parse(text);
    return typeof stored === "object" && stored !== null ? (stored as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Several rows share it. */
function freeze(value: object): void {
  for (const inner of Object.values(value)) if (typeof inner === "object" && inner !== null) freeze(inner as object);
  Object.freeze(value);
}
