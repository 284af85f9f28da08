import { fail, refersTo } from "../../contract/index.ts";
import type { Sealer } from "../secrets/sealer.ts";
import type { NewVariable, Scope } from "../store/index.ts";
import { digestOf } from "./digest.ts";

const MOST = 500;

export function checkVariableCount(count: number): void {
  if (count <= MOST) return;
  throw fail("INVALID_INPUT", { field: "variables", why: `${count} are more than the ${MOST} that a service can have` });
}

/** Values as they are kept, with what they refer to; what is shared is no template. */
export function sealAll(sealer: Sealer, scope: Scope["scope"], values: Record<string, string>): Promise<NewVariable[]> {
  return Promise.all(
    Object.entries(values).map(async ([name, value]) => ({
      name,
      sealed: await sealer.seal(value),
      digest: digestOf(sealer, scope, name, value),
      refers: scope === "service" ? refersTo(value) : [],
    })),
  );
}
