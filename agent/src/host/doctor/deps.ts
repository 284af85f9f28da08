import type { Caddy } from "../../caddy/index.ts";
import type { Core } from "../../core.ts";
import type { Docker } from "../../docker/client.ts";
import type { PrivateNames } from "../../network/names.ts";

/** What the doctor may look at and mend. */
export type DoctorDeps = {
  core: Pick<Core, "config" | "paths" | "db" | "instanceId">;
  docker: Docker;
  caddy: Pick<Caddy, "look" | "ensure" | "version" | "portKept" | "keepPort">;
  names: Pick<PrivateNames, "sync" | "table">;
};
