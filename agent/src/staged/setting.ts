import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { fail, serviceConfig, type OpenConfig, type ServiceConfig } from "../../contract/index.ts";
import { checkService } from "../api/rules.ts";
import { findService, hostnamesOf, updateService, type Db, type ServiceRow } from "../store/index.ts";
import type { Aspect } from "./aspect.ts";

/** A field that may be absent is null where it is. */
export const fieldOf = (config: OpenConfig, name: string): unknown => config[name] ?? null;
export const isSame = (one: unknown, other: unknown): boolean => isDeepStrictEqual(one, other);

const mayBeAbsent = (name: string) => Object.hasOwn(serviceConfig.shape, name) && serviceConfig.shape[name as keyof typeof serviceConfig.shape] instanceof z.ZodOptional;

/** Fields of its config that could not be read: they stand at their defaults, which nobody has chosen. */
const lostOf = ({ damage }: Pick<ServiceRow, "damage">): string[] => damage?.split(", ").filter((name) => name !== "") ?? [];

/** The config with other values of some fields, read as a whole: what cannot be together is refused, and what was lost and is not among the fields. */
export function configWith(db: Db, service: ServiceRow, fields: Record<string, unknown>): ServiceConfig {
  const lost = lostOf(service).filter((name) => !Object.hasOwn(fields, name));
  if (lost.length > 0) throw fail("SETTINGS_DAMAGED", { service: service.name, fields: lost.join(", ") });
  const entries = Object.entries({ ...service.config, ...fields }).filter(([name, value]) => value !== null || !mayBeAbsent(name));
  try {
    return checkService(service, Object.fromEntries(entries) as OpenConfig, hostnamesOf(db, service.id)[0] ?? null);
  } catch (error) {
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
    if (issue === undefined) throw error;
    throw fail("INVALID_INPUT", { field: ["settings", ...issue.path].join(".").slice(0, 200), why: issue.message.slice(0, 300) });
  }
}

const valueOf = (value: string | null): unknown => (value === null ? null : (JSON.parse(value) as unknown));

export const settingAspect: Aspect = {
  words: (name) => `The setting ${name}`,
  isWanted(db, { scopeId, name, value }) {
    const service = findService(db, scopeId);
    return service === undefined || (!lostOf(service).includes(name) && isSame(fieldOf(service.config, name), valueOf(value)));
  },
  apply(db, { scopeId }, rows) {
    const service = findService(db, scopeId);
    if (service === undefined) return;
    updateService(db, scopeId, { config: configWith(db, service, Object.fromEntries(rows.map(({ name, value }) => [name, valueOf(value)]))) });
  },
  async shown(_, { value }) {
    return { act: "set", kind: null, value: valueOf(value) };
  },
  async wanted({ db }, { scopeId, name }) {
    const service = findService(db, scopeId);
    return service === undefined ? null : { kind: null, value: fieldOf(service.config, name) };
  },
};
