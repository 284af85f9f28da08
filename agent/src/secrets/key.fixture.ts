import { DatabaseSync } from "node:sqlite";
import { dataPaths } from "../config/paths.ts";
import { makeKey } from "./key.ts";
import { createSealer } from "./sealer.ts";

/** A store of the fixtures holds no values that any key opens: here it gets a key, and values that are sealed with it. */
export async function giveKey(dataDir: string): Promise<Uint8Array> {
  const paths = dataPaths(dataDir);
  const key = makeKey(paths.key);
  const sealer = createSealer(key);
  const [value, variables] = [await sealer.seal("value"), await sealer.seal(JSON.stringify({ GREETING: "value" }))];
  const db = new DatabaseSync(paths.store);
  db.prepare("UPDATE variable SET sealed = ?").run(value);
  db.prepare("UPDATE release SET variables = ? WHERE variables IS NOT NULL").run(variables);
  db.close();
  return key;
}
