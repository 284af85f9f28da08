import { asText } from "../../contract/index.ts";
import type { Sealer } from "../secrets/sealer.ts";
import type { Scope, ServiceRow } from "../store/index.ts";
import { factsOf } from "./facts.ts";
import type { Reached } from "./reach.ts";

/** Of one value: the same name and text in the same scope have the same digest, in whatever environment. */
export const digestOf = (sealer: Sealer, scope: Scope["scope"], name: string, template: string): string =>
  sealer.digest(JSON.stringify([scope, name, template]));

type Line = readonly [kind: "service" | "shared" | "of" | "fact" | "missing", name: string, digest: string];

const digestOfLines = (sealer: Sealer, lines: readonly Line[]): string => sealer.digest(JSON.stringify([...new Set(lines.map((line) => line.join(" ")))].sort()));

/**
 * Of all that a service is made with: its own variables and whatever they lead to. Nothing is opened; two are the same
 * exactly where the values are. Null: one of them has no digest yet, or they are too many to be looked at.
 */
export function digestOfReached(sealer: Sealer, { id }: ServiceRow, { found, tooMuch }: Pick<Reached, "found" | "tooMuch">): string | null {
  if (tooMuch !== null) return null;
  const lines: Line[] = [];
  for (const one of found.values()) {
    if (one.is === "missing") {
      lines.push(one.key.startsWith("shared.") ? ["shared", one.key.slice("shared.".length), "missing"] : ["missing", one.key, ""]);
    } else if (one.is === "fact") {
      if (factsOf[one.fact].compared) lines.push(["fact", one.key, one.value ?? "missing"]);
    } else {
      const { name, digest } = one.row;
      if (digest === null) return null;
      if (one.is === "shared") lines.push(["shared", name, digest]);
      else lines.push(one.owner.id === id ? ["service", name, digest] : ["of", one.key, digest]);
    }
  }
  return digestOfLines(sealer, lines);
}

/** Of a release from before there were digests: what it was started with is no templates, and all of it its own. */
export const digestOfValues = (sealer: Sealer, values: Record<string, string>): string =>
  digestOfLines(sealer, Object.entries(values).map(([name, value]) => ["service", name, digestOf(sealer, "service", name, asText(value))]));
