import type { Sealer } from "../secrets/sealer.ts";
import { setDigest, setReleaseDigest, undigested, undigestedReleases, type Db } from "../store/index.ts";
import { digestOf, digestOfAll } from "./digest.ts";
import { asText } from "./template.ts";

/** So many are opened between two looks at what else there is to do. */
const AT_ONCE = 200;

/**
 * Values and live releases from before there were digests get theirs, once, at the first need. Their values are no templates:
 * what looks like a reference is kept as the text that it is. One that no longer opens is told apart from every other.
 */
export function createCompletion({ db, sealer, trial }: { db: Db; sealer: Sealer; trial: boolean }): () => Promise<void> {
  let done = false;
  let running: Promise<void> | null = null;

  async function complete() {
    for (let rows = undigested(db, AT_ONCE); rows.length > 0; rows = undigested(db, AT_ONCE)) {
      for (const row of rows) {
        const text = await sealer.open(row.sealed).catch(() => null);
        const template = text === null ? null : asText(text);
        const sealed = template === null || template === text ? row.sealed : await sealer.seal(template);
        setDigest(db, row, { sealed, digest: template === null ? lost(row.sealed) : digestOf(sealer, row.scope, row.name, template) });
      }
    }
    for (let rows = undigestedReleases(db, AT_ONCE); rows.length > 0; rows = undigestedReleases(db, AT_ONCE)) {
      for (const { id, variables } of rows) setReleaseDigest(db, id, await digestOfRelease(variables));
    }
    done = true;
  }
  async function digestOfRelease(variables: Uint8Array | null): Promise<string> {
    const text = variables === null ? "{}" : await sealer.open(variables).catch(() => null);
    if (text === null) return lost(variables!);
    const own = Object.entries(JSON.parse(text) as Record<string, string>).map(([name, value]) => ({ name, digest: digestOf(sealer, "service", name, asText(value)), refers: [] }));
    return digestOfAll(sealer, own, () => undefined)!;
  }
  const lost = (sealed: Uint8Array) => `lost ${sealer.digest(Buffer.from(sealed).toString("base64"))}`;

  return () => {
    // A trial changes nothing.
    if (done || trial) return Promise.resolve();
    return (running ??= complete().finally(() => (running = null)));
  };
}
