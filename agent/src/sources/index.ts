import { sources, type OpenSource, type SourceName, type SourceTraits } from "../../contract/index.ts";
import { git } from "./git.ts";
import { image } from "./image.ts";
import type { Bringing, Material, SourceEntry } from "./source.ts";

export { checkoutPath } from "./git.ts";
export type { Material } from "./source.ts";

/** A new source is a new entry. */
const entries: Record<SourceName, SourceEntry<any>> = { git, image };

/** What a service or a release is made from, with its fields: nothing else asks which source it is. */
export type Bound = {
  traits: SourceTraits;
  bring(bringing: Bringing): Promise<Material>;
  again: (of: Parameters<SourceEntry<never>["again"]>[0]) => Material;
};

/** Null: no source that this agent knows, or one whose fields cannot be read. */
export function sourceOf(source: OpenSource): Bound | null {
  const name = source.type as SourceName;
  const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
  const read = entry?.schema.safeParse(source);
  if (entry === undefined || !read?.success) return null;
  return { traits: sources[name], bring: (bringing) => entry.bring(bringing, read.data), again: (of) => entry.again(of, read.data) };
}
