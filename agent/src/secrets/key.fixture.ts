import { DatabaseSync } from "node:sqlite";
import { dataPaths } from "../config/paths.ts";
import { makeKey } from "./key.ts";
import { createSealer } from "./sealer.ts";

/** What is sealed begins with a version since that schema. */
const VERSIONED_SINCE = 7;

/** A store of the fixtures holds no values that any key opens: here it gets a key, and values that are sealed with it. */
export async function giveKey(dataDir: string): Promise<Uint8Array> {
  const paths = dataPaths(dataDir);
  const key = makeKey(paths.key);
  const sealer = createSealer(key);
  const db = new DatabaseSync(paths.store);
  const { user_version: schema } = db.prepare("PRAGMA user_version").get() as { user_version: number };
  const seal = async (text: string) => (await sealer.seal(text)).subarray(schema < VERSIONED_SINCE ? 1 : 0);
  const [value, variables] = [await seal("value"), await seal(JSON.stringify({ GREETING: "value" }))];
  db.prepare("UPDATE variable SET sealed = ?").run(value);
  db.prepare("UPDATE release SET variables = ? WHERE variables IS NOT NULL").run(variables);
  db.close();
  return key;
}
