import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fail } from "../../contract/index.ts";
import type { DataPaths } from "../config/paths.ts";

/**
 * Refuses where the store is gone and something beside it shows that there was one: a new one would give the server another
 * identity, and nothing would know the apps that run any more. At a first start the store comes before all of it.
 */
export function refuseLostStore({ store, key, sites, dataDir }: Pick<DataPaths, "store" | "key" | "sites" | "dataDir">): void {
  if (bytesOf(store) > 0) return;
  const evidence = [
    ...(bytesOf(key) > 0 ? [key] : []),
    ...namesIn(dirname(store)).filter((name) => name.startsWith(`${basename(store)}.before-`)).map((name) => join(dirname(store), name)),
    ...(namesIn(sites).length > 0 ? [sites] : []),
  ];
  if (evidence.length > 0) throw fail("STORE_MISSING", { path: store, evidence: evidence[0]!, command: `mv ${dataDir} ${dataDir}.aside` });
}

function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
