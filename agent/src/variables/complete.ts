import { asText } from "../../contract/index.ts";
import type { Sealer } from "../secrets/sealer.ts";
import { setDigest, setReleaseDigest, undigested, undigestedReleases, type Db } from "../store/index.ts";
import { digestOf, digestOfValues } from "./digest.ts";

/**
 * Values and live releases from before there were digests get theirs, once, at the first need. Their values are no templates:
 * what looks like a reference is kept as the text that it is. One that does not open now is left for the next start, since a
 * lost key may come back.
 */
export function createCompletion({ db, sealer, trial }: { db: Db; sealer: Sealer; trial: boolean }): () => Promise<void> {
  let once: Promise<void> | null = null;
  const opened = (sealed: Uint8Array) => sealer.open(sealed).catch(() => null);

  async function complete() {
    for (const row of undigested(db)) {
      const text = await opened(row.sealed);
      if (text === null) continue;
      const template = asText(text);
      const sealed = template === text ? row.sealed : await sealer.seal(template);
      setDigest(db, row, { sealed, digest: digestOf(sealer, row.scope, row.name, template) });
    }
    for (const { id, variables } of undigestedReleases(db)) {
      const text = variables === null ? "{}" : await opened(variables);
      if (text !== null) setReleaseDigest(db, id, digestOfValues(sealer, JSON.parse(text) as Record<string, string>));
    }
  }

  return () => {
    // A trial changes nothing.
    if (trial) return Promise.resolve();
    once ??= complete();
    // What could not be written now is tried again at the next need.
    once.catch(() => (once = null));
    return once;
  };
}
