import { names as admitted } from "@aeroplane/agent/contract";
import type { Typed } from "../../drafts/drafts.ts";

/** Why a value cannot be saved; `replaced`: the one that is there is secret, so only a typed one can take its place. */
export function wrongValueOf(value: string | null, replaced: boolean): string | null {
  if (value === null) return replaced ? "Type the new value" : null;
  return admitted.variableValue.safeParse(value).success ? null : "At most 32 KB, and no NUL character";
}

/** What is kept of what was typed: nothing of what the server has, and nothing of a tick that was taken away. */
export function typedOver(revealed: string | null, { value, secret }: Typed): Typed | undefined {
  const left: Typed = { ...(value === undefined || value === revealed ? {} : { value }), ...(secret ? { secret } : {}) };
  return Object.keys(left).length === 0 ? undefined : left;
}

/** What saving sends: a value only where it was typed, since the one that is shown may have been replaced meanwhile. Null: nothing. */
export function changeOf(name: string, { value, secret }: Typed): { set: Record<string, string>; secret: string[] } | null {
  if (value === undefined && !secret) return null;
  return { set: value === undefined ? {} : { [name]: value }, secret: secret ? [name] : [] };
}
