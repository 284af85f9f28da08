import { fail } from "../../contract/index.ts";
import type { Sealer } from "../secrets/sealer.ts";
import type { NewVariable, Scope } from "../store/index.ts";
import { digestOf } from "./digest.ts";
import { sharedIn } from "./template.ts";

const MOST = 500;

export function checkVariableCount(count: number): void {
  if (count <= MOST) return;
  throw fail("INVALID_INPUT", { field: "variables", why: `${count} are more than the ${MOST} that a service can have` });
}

/** Values as they are kept: what is shared is no template, so nothing can go round in circles. */
export function sealAll(sealer: Sealer, scope: Scope["scope"], values: Record<string, string>): Promise<NewVariable[]> {
  return Promise.all(
    Object.entries(values).map(async ([name, value]) => ({
      name,
      sealed: await sealer.seal(value),
      digest: digestOf(sealer, scope, name, value),
      refers: scope === "service" ? sharedIn(value) : [],
    })),
  );
}
