import { existsSync, renameSync } from "node:fs";
import { writeEvent } from "../audit/index.ts";
import { dataPaths } from "../config/paths.ts";
import { replaceKey } from "../secrets/custody.ts";
import { openStore } from "../store/index.ts";
import { takeLock } from "./lock.ts";

/**
 * The way out where the sealing key is lost for good: another one, for all that is sealed from now on. Nothing is deleted:
 * a key that does not fit is put aside, and what was sealed with the lost one says so when it is needed.
 */
export async function newKey({ dataDir }: { dataDir: string }): Promise<void> {
  const paths = dataPaths(dataDir);
  if (!existsSync(paths.store)) throw new Error(`There is no agent's store in ${dataDir}`);
  const unlock = takeLock(paths.lock);
  if (!unlock) throw new Error(`An agent serves ${dataDir}; a key that is in use is not replaced`);
  try {
    const db = openStore(paths.store);
    const aside = `${paths.key}.aside-${new Date().toISOString().replaceAll(":", "")}`;
    const fingerprint = await replaceKey({ db, path: paths.key, putAside: () => renameSync(paths.key, aside) });
    if (fingerprint !== null) writeEvent(db, { procedure: "agent.rekeyed", subject: fingerprint, about: { fingerprint } });
    db.close();
    if (fingerprint === null) throw new Error(`${paths.key} is the right key; nothing was changed`);
    process.stdout.write(`${paths.key} is this store's key now, ${fingerprint}. Start the agent; what cannot be opened any more says so.\n`);
  } finally {
    unlock();
  }
}
