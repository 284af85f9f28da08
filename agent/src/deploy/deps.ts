import type { Caddy } from "../caddy/index.ts";
import type { Core } from "../core.ts";
import type { Docker } from "../docker/client.ts";
import type { Environments } from "../network/environments.ts";
import type { Serial } from "../network/serial.ts";
import type { PrivateNames } from "../network/names.ts";
import type { Sightings } from "../runtime/sightings.ts";
import type { Account } from "../sandbox/index.ts";

/** What the stories about services stand on. */
export type DeployDeps = Pick<Core, "config" | "paths" | "db" | "instanceId" | "sealer" | "changes" | "completeDigests" | "clock" | "note"> & {
  docker: Docker;
  caddy: Caddy;
  environments: Environments;
  names: PrivateNames;
  sightings: Sightings;
  /** Who touches what came from outside; null: as the agent itself. */
  sandbox: Account | null;
  /** Route files change one act at a time: the reconcile loop must not write what it read before a switch. */
  routing: Serial;
};
