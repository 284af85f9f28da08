import type { Sealer } from "../secrets/sealer.ts";
import type { Scope, VariableRow } from "../store/index.ts";

/** Of one value: the same name and text in the same scope have the same digest, in whatever environment. */
export const digestOf = (sealer: Sealer, scope: Scope["scope"], name: string, template: string): string =>
  sealer.digest(JSON.stringify([scope, name, template]));

type Digested = Pick<VariableRow, "name" | "digest" | "refers">;

/**
 * Of all that a service is made with: its own variables and the shared ones that they refer to. Nothing is opened; two are
 * the same exactly where the values are. Null: one of them has no digest yet.
 */
export function digestOfAll(sealer: Sealer, own: readonly Digested[], sharedDigest: (name: string) => string | null | undefined): string | null {
  const lines: [string, string, string][] = [];
  for (const { name, digest, refers } of own) {
    if (digest === null) return null;
    lines.push(["service", name, digest]);
    for (const shared of refers) {
      const found = sharedDigest(shared);
      if (found === null) return null;
      lines.push(["shared", shared, found ?? "missing"]);
    }
  }
  return sealer.digest(JSON.stringify([...new Set(lines.map((line) => line.join(" ")))].sort()));
}
