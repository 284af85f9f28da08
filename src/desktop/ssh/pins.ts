import { join } from "node:path";
import * as z from "zod";
import { readText, writeWhole } from "../config/file.ts";
import { withLock } from "../config/lock.ts";

const pinned = z.object({ type: z.string(), fingerprint: z.string() });
export type Pin = z.infer<typeof pinned>;
type All = Record<string, Pin[]>;
const content = z.object({ version: z.literal(1), pins: z.record(z.string(), z.array(pinned)) });
export type Pins = ReturnType<typeof createPins>;

/**
 * Which host key each server had when it was last signed in to, in a file of our own beside known_hosts: so an edited
 * known_hosts, and another machine at the same address, are noticed. A server on the way is pinned under the same id.
 */
export function createPins(folder: string) {
  const path = join(folder, "host-keys.json");

  async function read(): Promise<All> {
    const text = await readText(path);
    try {
      return content.parse(JSON.parse(text ?? '{"version":1,"pins":{}}')).pins;
    } catch {
      // Nothing is lost that known_hosts does not say too.
      return {};
    }
  }

  const of = async (pin: string): Promise<Pin[]> => (await read())[pin] ?? [];

  const change = (act: (pins: All) => All) =>
    withLock(path, async () => writeWhole(path, `${JSON.stringify({ version: 1, pins: act(await read()) }, null, 2)}\n`));

  /** One key of each type; a key that is there already writes nothing. */
  async function set(pin: string, key: Pin): Promise<void> {
    if ((await of(pin)).some(({ fingerprint }) => fingerprint === key.fingerprint)) return;
    await change((pins) => ({ ...pins, [pin]: [...(pins[pin] ?? []).filter(({ type }) => type !== key.type), key] }));
  }

  const forget = (pin: string) => change(({ [pin]: _gone, ...rest }) => rest);

  /** With the hosts on its way. */
  const forgetServer = (id: string) => change((pins) => Object.fromEntries(Object.entries(pins).filter(([pin]) => pin !== id && !pin.startsWith(`${id} `))));

  return { of, set, forget, forgetServer, path };
}

/** The pin of a server itself, and of a host on the way to it. */
export const pinOf = (serverId: string, hop?: string) => (hop === undefined ? serverId : `${serverId} ${hop}`);
