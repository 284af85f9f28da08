import { join } from "node:path";
import { hello, names } from "@aeroplane/agent/contract";
import * as z from "zod";
import { server } from "../../contract/index.ts";
import { readText, writeWhole } from "../config/file.ts";
import { withLock } from "../config/lock.ts";

/** What is kept of a server; its secrets are in the keychain. */
export const keptServer = server.omit({ connection: true, notice: true }).extend({ hello: hello.nullable().catch(null), lastSeenAt: names.timestamp.nullable() });
export type KeptServer = z.infer<typeof keptServer>;
const content = z.object({ version: z.literal(1), servers: z.array(keptServer) });

export type ServersFile = ReturnType<typeof createServersFile>;

/** servers.json in the config folder: plain, readable, changed under a lock because window and web host share it. */
export function createServersFile(folder: string) {
  const path = join(folder, "servers.json");

  async function read(): Promise<KeptServer[]> {
    const text = await readText(path);
    if (text === undefined) return [];
    const parsed = content.safeParse(parse(text));
    if (parsed.success) return parsed.data.servers;
    // Never overwrite what a person may want to mend by hand.
    await writeWhole(`${path}.unreadable`, text);
    return [];
  }

  /** Changes what is there now, not what was there when this program began. */
  function change(act: (servers: KeptServer[]) => KeptServer[]): Promise<KeptServer[]> {
    return withLock(path, async () => {
      const servers = act(await read());
      await writeWhole(path, `${JSON.stringify({ version: 1, servers }, null, 2)}\n`);
      return servers;
    });
  }

  return { read, change, path };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
