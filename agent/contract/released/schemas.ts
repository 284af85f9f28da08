import { getEventIteratorSchemaDetails, isContractProcedure } from "@orpc/contract";
import * as z from "zod";

export type Schema = { type?: string | string[]; properties?: Record<string, Schema>; required?: string[]; items?: Schema; anyOf?: Schema[]; oneOf?: Schema[]; enum?: unknown[]; const?: unknown } & Record<string, unknown>;
export type Schemas = Record<string, { input: Schema; output: Schema; streams: boolean; mutation: boolean }>;

/** Every procedure of a contract as JSON schemas: what may be sent, and what is answered (of a stream: each batch). */
export function schemasOf(contract: object, path: string[] = []): Schemas {
  if (!isContractProcedure(contract)) {
    return Object.assign({}, ...Object.entries(contract).map(([name, child]) => schemasOf(child as object, [...path, name]))) as Schemas;
  }
  const { inputSchema, outputSchema, meta } = contract["~orpc"];
  const batch = getEventIteratorSchemaDetails(outputSchema)?.yields;
  const json = (schema: unknown, io: "input" | "output") => z.toJSONSchema(schema as z.ZodType, { io, unrepresentable: "any" }) as Schema;
  return {
    [path.join(".")]: {
      input: json(inputSchema, "input"),
      output: json(batch ?? outputSchema, "output"),
      streams: batch !== undefined,
      mutation: (meta as { mutation?: boolean }).mutation === true,
    },
  };
}

/** What an app of the kept contract would miss in an agent of this one; empty: only something was added. */
export function missing(kept: Schemas, now: Schemas): string[] {
  return Object.entries(kept).flatMap(([name, before]) => {
    const after = now[name];
    if (!after) return [`${name} is gone`];
    const kinds = (["streams", "mutation"] as const).filter((kind) => before[kind] !== after[kind]).map((kind) => `${name}: ${kind} is ${after[kind]} now`);
    return [...kinds, ...refused(before.input, after.input, `${name} takes`), ...lost(before.output, after.output, `${name} answers`)];
  });
}

/** What an older app sends and this agent would not take. */
function refused(before: Schema, after: Schema, at: string): string[] {
  const [from, to] = [options(before), options(after)];
  if (from.length > 1 || to.length > 1) {
    return from.every((one) => to.some((other) => refused(one, other, at).length === 0)) ? [] : [`${at}: a choice is refused`];
  }
  const [a, b] = [from[0]!, to[0]!];
  if (!within(types(a), types(b))) return [`${at}: ${types(a).join("|")} is not ${types(b).join("|")}`];
  const values = valuesOf(b) === null ? [] : (valuesOf(a) ?? ["any other"]).filter((value) => !valuesOf(b)!.includes(value));
  const fields = Object.entries(a.properties ?? {}).flatMap(([name, field]) => {
    const taken = b.properties?.[name];
    return taken ? refused(field, taken, `${at} ${name}`) : [`${at} ${name}: no longer`];
  });
  const required = (b.required ?? []).filter((name) => !a.required?.includes(name)).map((name) => `${at} ${name}: newly required`);
  return [...values.map((value) => `${at}: ${String(value)} is refused`), ...fields, ...required, ...(a.items && b.items ? refused(a.items, b.items, `${at} []`) : [])];
}

/** What an older app reads and would not find; a choice may grow, since it shows what it knows. */
function lost(before: Schema, after: Schema, at: string): string[] {
  const [from, to] = [options(before), options(after)];
  if (!from.some(isNull) && to.some(isNull)) return [`${at}: may be null now`];
  if (from.length > 1 || to.length > 1) {
    return from.every((one) => to.some((other) => lost(one, other, at).length === 0)) ? [] : [`${at}: a choice is lost`];
  }
  const [a, b] = [from[0]!, to[0]!];
  if (!within(types(b), types(a))) return [`${at}: ${types(b).join("|")} is not ${types(a).join("|")}`];
  const fields = Object.entries(a.properties ?? {}).flatMap(([name, field]) => {
    const given = b.properties?.[name];
    if (!given) return [`${at} ${name}: lost`];
    if (a.required?.includes(name) && !b.required?.includes(name)) return [`${at} ${name}: may be absent now`];
    return lost(field, given, `${at} ${name}`);
  });
  return [...fields, ...(a.items && b.items ? lost(a.items, b.items, `${at} []`) : [])];
}

/** "string or null" is written as a choice or as two types, depending on what else is said of the string. */
const options = (schema: Schema): Schema[] => (schema.anyOf ?? schema.oneOf ?? [schema]).flatMap((one) => (Array.isArray(one.type) ? one.type.map((type) => ({ ...one, type })) : [one]));
const isNull = ({ type }: Schema): boolean => type === "null";
const types = ({ type }: Schema): string[] => [type ?? []].flat();
const within = (some: readonly string[], all: readonly string[]): boolean => all.length === 0 || some.every((one) => all.includes(one));
const valuesOf = (schema: Schema): unknown[] | null => schema.enum ?? (schema.const === undefined ? null : [schema.const]);
