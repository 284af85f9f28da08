import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { oc } from "@orpc/contract";
import { expect, test } from "vitest";
import * as z from "zod";
import { agentContract, PROTOCOL_VERSION } from "../procedures.ts";
import { missing, schemasOf, type Schemas } from "./schemas.ts";

const read = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, name), "utf8")) as Schemas;
const released = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
const [same, others] = [released.filter((name) => protocolOf(name) === PROTOCOL_VERSION), released.filter((name) => protocolOf(name) !== PROTOCOL_VERSION)];
function protocolOf(name: string): number {
  return Number(/^protocol-(\d+)\//.exec(name)?.[1]);
}

// An app of a released version talks to this agent: with one protocol number the contract only grows.
test.each(same)("everything of %s is still there", (name) => {
  expect(Object.keys(read(name)).length).toBeGreaterThan(10);
  expect(missing(read(name), schemasOf(agentContract))).toEqual([]);
});

// Of another protocol an app understands who answers, and so can say that the two do not understand each other.
test.each(others)("an app of %s learns who answers", (name) => {
  const hello = ({ "instance.hello": found }: Schemas) => ({ "instance.hello": found! });
  expect(protocolOf(name)).toBeGreaterThan(0);
  expect(missing(hello(read(name)), schemasOf(agentContract))).toEqual([]);
});

const one = (input: z.ZodType, output: z.ZodType) => schemasOf({ a: oc.input(input).output(output) });
const before = one(z.object({ id: z.string(), kind: z.enum(["x", "y"]).optional() }), z.object({ name: z.string(), size: z.number().nullable(), state: z.enum(["on", "off"]) }));
const input = (schema: z.ZodType) => missing(before, one(schema, z.object({ name: z.string(), size: z.number().nullable(), state: z.enum(["on", "off"]) })));
const output = (schema: z.ZodType) => missing(before, one(z.object({ id: z.string(), kind: z.enum(["x", "y"]).optional() }), schema));

test("additions are none of its business, everything else is", () => {
  expect({
    same: input(z.object({ id: z.string(), kind: z.enum(["x", "y"]).optional() })),
    "more may be sent": input(z.object({ id: z.string(), kind: z.enum(["x", "y", "z"]).optional(), more: z.string().optional() })),
    "more must be sent": input(z.object({ id: z.string(), kind: z.enum(["x", "y"]), more: z.string() })),
    "less may be sent": input(z.object({ id: z.string(), kind: z.enum(["x"]).optional() })),
    "another type": input(z.object({ id: z.number(), kind: z.enum(["x", "y"]).optional() })),
    "more is answered": output(z.object({ name: z.string(), size: z.number().nullable(), state: z.enum(["on", "off"]), more: z.string() })),
    "less is answered": output(z.object({ name: z.string().optional(), state: z.enum(["on", "off"]) })),
    "nothing may be answered": output(z.object({ name: z.string().nullable(), size: z.number().nullable(), state: z.enum(["on", "off", "asleep"]) })),
    "a procedure is gone": missing(before, {}),
  }).toEqual({
    same: [],
    "more may be sent": [],
    "more must be sent": ["a takes kind: newly required", "a takes more: newly required"],
    "less may be sent": ["a takes kind: y is refused"],
    "another type": ["a takes id: string is not number"],
    "more is answered": [],
    "less is answered": ["a answers name: may be absent now", "a answers size: lost"],
    "nothing may be answered": ["a answers name: may be null now"],
    "a procedure is gone": ["a is gone"],
  });
});
