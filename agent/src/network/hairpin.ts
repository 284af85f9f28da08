import { readdir } from "node:fs/promises";
import { filesOf } from "../effects/index.ts";

const { writeFile } = filesOf("network.port");

/**
 * Lets a service call itself by its private name: where the kernel filters bridged traffic, the translated packet would
 * have to leave by the port it came in on, which a bridge refuses unless told otherwise.
 */
export async function allowSelfCalls(bridge: string): Promise<void> {
  const ports = await readdir(`/sys/class/net/${bridge}/brif`).catch(() => []);
  // A container that goes takes its port along; without root the names stand for addresses that need none of this.
  await Promise.all(ports.map((port) => writeFile(`/sys/class/net/${bridge}/brif/${port}/hairpin_mode`, "1").catch(() => {})));
}
