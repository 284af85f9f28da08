import type { Traits } from "../../contract/index.ts";
import type { RouteTarget } from "../caddy/index.ts";
import type { BuilderOptions } from "../build/index.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import type { Plan } from "../deploy/plan.ts";
import type { JobContext } from "../jobs/index.ts";
import type { Material } from "../sources/index.ts";
import type { ReleaseRow } from "../store/index.ts";

/** What every making of something from a folder needs. */
export type Making = {
  deps: DeployDeps;
  context: JobContext;
  plan: Plan;
  material: NonNullable<Material>;
  means: Means;
};
export type Means = {
  builder: BuilderOptions;
  tmpDir: string;
  outputFile: string;
  signal: AbortSignal;
  log: (text: string, stream?: "out" | "err" | "system") => void;
  onProgress: JobContext["progress"];
  serviceName: string;
  /** Goes on where an earlier agent was. */
  rejoin: boolean;
};

export type HeldRelease = Pick<ReleaseRow, "id" | "serviceId" | "imageId" | "originId">;

/** One shape of a service: its traits, and the steps in which it differs from others. */
export type Shape = {
  traits: Traits;
  /** Makes what a release is from its material. */
  make(making: Making): Promise<void>;
  /** Where requests go while the release is live at these addresses; null: nowhere. */
  target(release: Pick<ReleaseRow, "id" | "serviceId" | "port">, addresses: string[]): RouteTarget | null;
  /** Holds for a copy what the kept one was made as; neither takes it from the other. Answers false where it is not here any more. */
  hold(deps: Pick<DeployDeps, "docker" | "instanceId" | "paths">, copy: HeldRelease): Promise<boolean>;
  /** Takes away what was made, and all of it: its path follows from ids. What another release holds too stays. */
  unmake(deps: Pick<DeployDeps, "db" | "docker" | "instanceId" | "paths">, release: Pick<ReleaseRow, "id" | "serviceId" | "originId">): Promise<void>;
};
