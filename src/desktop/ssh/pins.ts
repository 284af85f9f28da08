import { join } from "node:path";
import * as z from "zod";
import { readText, writeWhole } from "../config/file.ts";
import { withLock } from "../config/lock.ts";
import { keyType } from "./known-hosts.ts";

const content = z.object({ version: z.literal(1), pins: z.record(z.string(), z.array(z.string())) });
export type Pins = ReturnType<typeof createPins>;

/**
 * Which host key each server had when it was last signed in to, in a file of our own beside known_hosts: so an edited
 * known_hosts, and another machine at the same address, are noticed. A server on the way is pinned under the same id.
 */
export function createPins(folder: string) {
  const path = join(folder, "host-keys.json");

  async function read(): Promise<Record<string, string[]>> {
    const text = await readText(path);
    try {
      return content.parse(JSON.parse(text ?? '{"version":1,"pins":{}}')).pins;
    } catch {
      // Nothing is lost that known_hosts does not say too.
      return {};
    }
  }

  async function of(pin: string): Promise<Buffer[]> {
    return ((await read())[pin] ?? []).map((key) => Buffer.from(key, "base64"));
  }

  const change = (act: (pins: Record<string, string[]>) => Record<string, string[]>) =>
    withLock(path, async () => writeWhole(path, `${JSON.stringify({ version: 1, pins: act(await read()) }, null, 2)}\n`));

  /** One key of each type; a key that is there already writes nothing. */
  async function set(pin: string, key: Buffer): Promise<void> {
    const text = key.toString("base64");
    if ((await read())[pin]?.includes(text)) return;
    await change((pins) => {
      const others = (pins[pin] ?? []).filter((other) => keyType(Buffer.from(other, "base64")) !== keyType(key));
      return { ...pins, [pin]: [...others, text] };
    });
  }

  const forget = (pin: string) => change(({ [pin]: _gone, ...rest }) => rest);

  /** With the hosts on its way. */
  const forgetServer = (id: string) => change((pins) => Object.fromEntries(Object.entries(pins).filter(([pin]) => pin !== id && !pin.startsWith(`${id} `))));

  return { of, set, forget, forgetServer, path };
}

/** The pin of a server itself, and of a host on the way to it. */
export const pinOf = (serverId: string, hop?: string) => (hop === undefined ? serverId : `${serverId} ${hop}`);
