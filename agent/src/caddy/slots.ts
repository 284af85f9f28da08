import { lstat } from "node:fs/promises";
import { basename, join } from "node:path";
import { filesOf } from "../effects/index.ts";
import { linkText, list, putLink, syncFolder, writeOnce } from "./links.ts";
import { HOLD_SECONDS, nobody, SLOT_ADDRESSES, SLOT_RELEASE, slotFolder, SLOTS } from "./place.ts";
import { dialAddress, targetName, type RouteTarget } from "./target.ts";

const { mkdir, rm, symlink } = filesOf("caddy.slot");

/** Requests may still wait at a slot for so long after it was last written. */
const REST_MS = (HOLD_SECONDS + 10) * 1000;
const NOWHERE = "nobody";

/**
 * slots/<number>  → at/<target>       where requests of a held service go; nowhere at first
 * slots/at/<target>/1 … 4            an address each, in turn where there are fewer
 *                   release          whose they are
 *
 * What is written when the hold ends is found at their next try.
 */
export function createSlots(dataDir: string) {
  const root = join(dataDir, "routes", "slots");
  const at = join(root, "at");

  /** Written whole before anything leads to it, and never changed. */
  async function fill(name: string, dials: string[], releaseId: string) {
    const folder = join(at, name);
    await mkdir(folder, { recursive: true, mode: 0o755 });
    for (const [index, file] of SLOT_ADDRESSES.entries()) {
      if (index < dials.length) await writeOnce(join(folder, file), dials[index]!);
      else await symlink(SLOT_ADDRESSES[index % dials.length]!, join(folder, file)).catch(butExists);
    }
    await writeOnce(join(folder, SLOT_RELEASE), releaseId);
    await syncFolder(folder);
  }

  async function point(slot: number, name: string) {
    await putLink(slotFolder(dataDir, slot), `at/${name}`);
  }

  async function pointNowhere(slot: number) {
    await fill(NOWHERE, [nobody(dataDir)], "");
    await point(slot, NOWHERE);
  }

  /** One that no service has and at which nobody can wait any more; null: there is none. */
  async function free(taken: ReadonlySet<number>): Promise<number | null> {
    for (let slot = 0; slot < SLOTS; slot += 1) {
      if (taken.has(slot)) continue;
      const written = await lstat(slotFolder(dataDir, slot)).catch(() => null);
      if (written === null || Date.now() - written.mtimeMs > REST_MS) return slot;
    }
    return null;
  }

  /** What no slot says any more, so that nobody reads it. */
  async function sweep() {
    const said = await Promise.all(Array.from({ length: SLOTS }, (_, slot) => linkText(slotFolder(dataDir, slot))));
    const used = new Set(said.map((text) => basename(text ?? "")));
    for (const name of await list(at)) if (!used.has(name)) await rm(join(at, name), { recursive: true, force: true });
  }

  return {
    free,
    async close(slot: number) {
      await pointNowhere(slot);
      await sweep();
    },
    /** Lets those who wait go on; where there is no app, their wait ends by its time, and the slot rests for that long from now. */
    async open(slot: number, target: RouteTarget | null) {
      if (target?.type !== "app") return pointNowhere(slot);
      const { addresses, port, releaseId } = target;
      const name = targetName(target);
      await fill(name, addresses.map((address) => dialAddress({ address, port })), releaseId);
      await point(slot, name);
    },
  };
}

function butExists(error: NodeJS.ErrnoException) {
  if (error.code !== "EEXIST") throw error;
}
