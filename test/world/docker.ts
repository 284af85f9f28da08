// The machine's own Docker, by its command line.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheDir } from "./cache.ts";
import { attempt, run, type CommandOptions, type CommandResult } from "./command.ts";
import { buildxBin } from "./parts.ts";

/** The distribution's client fits its daemon; another one in PATH may not. */
export const dockerBin = existsSync("/usr/bin/docker") ? "/usr/bin/docker" : "docker";

export const docker = (args: readonly string[], options?: CommandOptions): Promise<string> =>
  run([dockerBin, ...args], options);

export const tryDocker = (
  args: readonly string[],
  options?: CommandOptions,
): Promise<CommandResult> => attempt([dockerBin, ...args], options);

/** Builds with BuildKit, which Debian's client alone may not offer. */
export async function buildImage(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const env = {
    DOCKER_CONFIG: join(cacheDir, "docker-config"),
    BUILDX_METADATA_PROVENANCE: "disabled",
    ...options.env,
  };
  return await run(
    [
      await buildxBin(),
      "--builder",
      "default",
      "build",
      "--progress=plain",
      "--provenance=false",
      ...args,
    ],
    {
      timeout: 900_000,
      ...options,
      env,
    },
  );
}
