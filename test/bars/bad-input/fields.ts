// Every place of a contract where text comes in, read from the contract itself.
import { isContractProcedure, type AnyContractRouter } from "@orpc/contract";
import type * as z from "zod";

/** One text field: `keys` leads to it in the input; a step of the kind "option" chooses one of several shapes. */
export type Step = { kind: "key"; key: string } | { kind: "item" } | { kind: "name" } | { kind: "value" };
export type TextField = {
  procedure: string[];
  mutates: boolean;
  steps: Step[];
  /** The discriminators met on the way, such as type = "git". */
  shape: { at: string; key: string; value: string }[];
  label: string;
  /** What the contract itself says against an input of the procedure; null: nothing. */
  refuses(input: unknown): string | null;
};

type Def = {
  type: string;
  shape?: Record<string, Schema>;
  innerType?: Schema;
  element?: Schema;
  keyType?: Schema;
  valueType?: Schema;
  options?: Schema[];
  in?: Schema;
  out?: Schema;
  discriminator?: string;
  values?: unknown[];
};
type Schema = { _zod: { def: Def } };

export function textFields(contract: AnyContractRouter, procedure: string[] = []): TextField[] {
  if (!isContractProcedure(contract)) {
    return Object.entries(contract).flatMap(([name, child]) => textFields(child as AnyContractRouter, [...procedure, name]));
  }
  const { inputSchema, meta } = contract["~orpc"];
  const mutates = (meta as { mutation?: boolean }).mutation === true;
  const found: TextField[] = [];
  const add = (steps: Step[], shape: TextField["shape"]) => {
    const chosen = shape.length > 0 ? ` (${shape.map(({ value }) => value).join(", ")})` : "";
    const refuses = (input: unknown) => (inputSchema as unknown as z.ZodType).safeParse(input).error?.message ?? null;
    found.push({ procedure, mutates, steps, shape, label: `${procedure.join(".")}: ${pathOf(steps)}${chosen}`, refuses });
  };
  walk(inputSchema as unknown as Schema, [], [], add);
  return found;
}

export const pathOf = (steps: readonly Step[]): string =>
  steps.map((step) => (step.kind === "key" ? step.key : `<${step.kind}>`)).join(".");

/** What JSON may carry as text: strings, and the words of an enumeration or a discriminator. */
const TEXT = new Set(["string", "enum", "literal"]);

function walk(schema: Schema, steps: Step[], shape: TextField["shape"], add: (steps: Step[], shape: TextField["shape"]) => void): void {
  const { def } = schema._zod;
  if (TEXT.has(def.type)) return add(steps, shape);
  if (def.innerType) return walk(def.innerType, steps, shape, add);
  // A pipe begins with a text and what becomes of it, or with a check of something whose shape comes after.
  if (def.in) return walk(def.in._zod.def.type === "custom" ? def.out! : def.in, steps, shape, add);
  if (def.shape) {
    for (const [key, child] of Object.entries(def.shape)) walk(child, [...steps, { kind: "key", key }], shape, add);
  } else if (def.element) {
    walk(def.element, [...steps, { kind: "item" }], shape, add);
  } else if (def.type === "record") {
    walk(def.keyType!, [...steps, { kind: "name" }], shape, add);
    walk(def.valueType!, [...steps, { kind: "value" }], shape, add);
  } else if (def.options) {
    for (const option of def.options) walk(option, steps, [...shape, ...choice(def, option, steps)], add);
  }
}

function choice(def: Def, option: Schema, steps: Step[]): TextField["shape"] {
  const key = def.discriminator;
  const value = key && option._zod.def.shape?.[key]?._zod.def.values?.[0];
  return key && typeof value === "string" ? [{ at: pathOf(steps), key, value }] : [];
}

/** A copy of the input with this text at the field's place. */
export function place(input: unknown, steps: readonly Step[], text: string): unknown {
  const [step, ...rest] = steps;
  if (!step) return text;
  const here = (typeof input === "object" && input !== null ? input : {}) as Record<string, unknown>;
  if (step.kind === "item") return [place((input as unknown[] | undefined)?.[0], rest, text)];
  // Not a plain assignment: "__proto__" has to become a key like any other.
  if (step.kind === "name") return Object.fromEntries([[text, "value"]]);
  if (step.kind === "value") return { NAME: text };
  return { ...here, [step.key]: place(here[step.key], rest, text) };
}
