// The network that the servers of a run stand in; its gateway is this machine.
import { randomInt } from "node:crypto";
import { run } from "./command.ts";
import { docker, tryDocker } from "./docker.ts";
import { ownerLabel, type WorldRun } from "./run.ts";

export type Network = {
  name: string;
  gateway: string;
  /** The nth address for a server. */ address: (index: number) => string;
};

/** A subnet of our own choice, because only such networks let a server keep its address over a restart. */
export async function createNetwork(world: WorldRun): Promise<Network> {
  const name = `aeroplane-world-${world.name}`;
  const taken = await run(["ip", "-4", "route"]);
  for (let attempt = 0; attempt < 20; attempt++) {
    const prefix = `10.${randomInt(100, 128)}.${randomInt(0, 256)}`;
    if (taken.includes(`${prefix}.`)) continue;
    const made = await tryDocker([
      "network",
      "create",
      "--subnet",
      `${prefix}.0/24`,
      "--gateway",
      `${prefix}.1`,
      "--label",
      `${ownerLabel}=${world.owner}`,
      name,
    ]);
    if (made.code === 0)
      return { name, gateway: `${prefix}.1`, address: (index) => `${prefix}.${10 + index}` };
    if (!/overlap/i.test(made.stderr))
      throw new Error(`docker network create: ${made.stderr.trim()}`);
  }
  throw new Error("No free subnet in 10.100.0.0/14 after 20 attempts.");
}

export async function removeNetwork(network: Network): Promise<void> {
  await docker(["network", "rm", network.name]);
}
