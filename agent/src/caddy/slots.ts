import { readFile, stat } from "node:fs/promises";
import { HOLD_SECONDS, nobody, slotFile, SLOTS } from "./place.ts";
import { replaceFile } from "./route-files.ts";
import { dialAddress, MOST_ADDRESSES, type RouteTarget } from "./target.ts";

/** Requests may still wait at a slot for so long after it was last written. */
const REST_MS = (HOLD_SECONDS + 10) * 1000;

/**
 * slots/<number>: where requests of a held service go, as "<address>,<address>,…@<release>". Nowhere at first; what is
 * written there when the hold ends is found at their next try.
 */
export function createSlots(dataDir: string) {
  const name = (dials: string[], releaseId: string) => `${Array.from({ length: MOST_ADDRESSES }, (_, at) => dials[at % dials.length]).join(",")}@${releaseId}`;
  const write = (slot: number, text: string) => replaceFile(slotFile(dataDir, slot), text);

  /** One that no service has and at which nobody can wait any more; null: all are taken. */
  async function free(taken: ReadonlySet<number>): Promise<number | null> {
    for (let slot = 0; slot < SLOTS; slot += 1) {
      if (taken.has(slot)) continue;
      const written = await stat(slotFile(dataDir, slot)).catch(() => null);
      if (written === null || Date.now() - written.mtimeMs > REST_MS || (await isLive(slot))) return slot;
    }
    return null;
  }
  /** Nobody waits where there is somewhere to go. */
  async function isLive(slot: number): Promise<boolean> {
    const text = await readFile(slotFile(dataDir, slot), "utf8").catch(() => "");
    return text !== "" && !text.startsWith(nobody(dataDir)) && Date.now() - (await stat(slotFile(dataDir, slot))).mtimeMs > 2000;
  }

  return {
    free,
    close: (slot: number) => write(slot, name([nobody(dataDir)], "")),
    /** Lets those who wait go on; where there is no app, their wait ends by its time. */
    async open(slot: number, target: RouteTarget | null) {
      if (target?.type !== "app") return;
      const { addresses, port, releaseId } = target;
      await write(slot, name(addresses.map((address) => dialAddress({ address, port })), releaseId));
    },
  };
}
