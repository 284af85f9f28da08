import type { Account, ToolLog } from "../sandbox/index.ts";

export type BuilderOptions = {
  /** Path of the standalone docker-buildx. */
  buildx: string;
  dockerSocket: string;
  /** For BUILDX_CONFIG: DATA_DIR/tmp/buildx or the like. */
  stateDir: string;
};

type Common = {
  builder: BuilderOptions;
  /** Takes buildx's raw progress; survives a killed agent. See `readBuildOutput`. */
  outputFile: string;
  signal: AbortSignal;
  log: ToolLog;
  /** 0 to 1, steps completed of steps known. */
  onProgress?: (fraction: number) => void;
  seconds?: number;
  /** For sentences: "web". */
  serviceName: string;
};

export type ImageBuild = Common & {
  /** Absolute directory; holds the Dockerfile. */
  context: string;
  /** What a person calls it: the root directory, or "the repository's root". */
  contextName: string;
  tag: string;
  labels: Record<string, string>;
};

/** Builds the Dockerfile in `context` on Docker's own BuildKit. Typed failures only. */
export async function buildImage(_options: ImageBuild): Promise<{ imageId: string }> {
  throw new Error("not yet");
}

export type SiteBuild = Common & {
  context: string;
  contextName: string;
  site: { outputDirectory: string; buildCommand: string | null; buildImage: string };
  /** Variables of the service, for the build command only. */
  variables: Record<string, string>;
  /** DATA_DIR/sites/<service>/<release>; appears by one rename when it is whole. */
  into: string;
  /** Runs the copy; owns what it reads. */
  account: Account | null;
  limitBytes?: number;
};

/** Makes the files of a static site; they end up readable for Caddy's user and writable for root alone. */
export async function buildSite(_options: SiteBuild): Promise<{ files: number; bytes: number }> {
  throw new Error("not yet");
}

/** Removes a site's release. Idempotent. */
export async function removeSite(_into: string): Promise<void> {
  throw new Error("not yet");
}

/** The log lines that `outputFile` holds, always the same for the same bytes: what a killed agent had no time to write. */
export async function* readBuildOutput(_outputFile: string): AsyncGenerator<{ stream: "out" | "err" | "system"; text: string }> {
  throw new Error("not yet");
}
