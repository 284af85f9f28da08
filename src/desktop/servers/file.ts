import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fail, hello, names } from "@aeroplane/agent/contract";
import * as z from "zod";
import { server } from "../../contract/index.ts";
import { readText, writeWhole } from "../config/file.ts";
import { withLock } from "../config/lock.ts";

/** What is kept of a server; its secrets are in the keychain. */
export const keptServer = server.omit({ connection: true, notice: true }).extend({ hello: hello.nullable().catch(null), lastSeenAt: names.timestamp.nullable() });
export type KeptServer = z.infer<typeof keptServer>;
const content = z.object({ version: z.literal(1), servers: z.array(z.unknown()) });
/** What of it is understood, and records that are not: these are kept as they are. */
type Content = { servers: KeptServer[]; others: unknown[] };

export type ServersFile = ReturnType<typeof createServersFile>;

/** servers.json in the config folder: plain, readable, changed under a lock because window and web host share it. */
export function createServersFile(folder: string) {
  const path = join(folder, "servers.json");
  const known = join(folder, "known");

  async function readAll(): Promise<Content> {
    const text = await readText(path);
    if (text === undefined) {
      // An empty list would be kept from the next change on, and what the servers last said would go as nobody's.
      if (await wereThere(known)) throw fail("SERVERS_FILE_MISSING", { path, evidence: known });
      return { servers: [], others: [] };
    }
    const parsed = content.safeParse(parse(text));
    if (parsed.success) return sorted(parsed.data.servers);
    // Never overwritten: a person may want to mend it by hand.
    throw fail("SERVERS_FILE_UNREADABLE", { path, why: text.trim() === "" ? "it is empty" : parse(text) === undefined ? "it is cut short or is no JSON" : "it is no list of this version" });
  }

  /** Changes what is there now, not what was there when this program began. */
  function change(act: (servers: KeptServer[]) => KeptServer[]): Promise<KeptServer[]> {
    return withLock(path, async () => {
      const before = await readAll();
      const servers = act(before.servers);
      await writeWhole(path, `${JSON.stringify({ version: 1, servers: [...servers, ...before.others] }, null, 2)}\n`);
      return servers;
    });
  }

  return { read: async () => (await readAll()).servers, change, path };
}

/** What a server last said is kept under its id. */
async function wereThere(known: string): Promise<boolean> {
  return (await readdir(known).catch(() => [])).some((name) => /^[0-9a-f-]{36}\.json$/.test(name));
}

function sorted(records: unknown[]): Content {
  const servers: KeptServer[] = [];
  const others: unknown[] = [];
  for (const record of records) {
    const { success, data } = keptServer.safeParse(record);
    if (success) servers.push(data);
    else others.push(record);
  }
  return { servers, others };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
