import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { filesOf } from "../effects/index.ts";

const { writeFile } = filesOf("network.port");

const INTERFACES = "/sys/class/net";

/**
 * Lets a container reach itself by its own private name. Where bridged packets pass the packet filter, one that is
 * translated to its own sender would leave by the port it came in, which a bridge does only when told to. Each start of
 * a container makes a new port.
 */
export async function allowSelfCalls(bridge: string): Promise<void> {
  const ports = join(INTERFACES, bridge, "brif");
  for (const port of await readdir(ports).catch(() => [])) {
    // A port may go at any moment, and where /sys is read-only nothing else depends on it.
    await writeFile(join(ports, port, "hairpin_mode"), "1").catch(() => {});
  }
}
