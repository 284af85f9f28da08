import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import { during, filesOf } from "../effects/index.ts";
import { fail } from "../../contract/index.ts";
import { agentStops, rejoinKept, runKept, type ToolLog } from "../sandbox/index.ts";
import { buildFailure } from "./failures.ts";
import { follow } from "./follow.ts";
import { createProgress, type BuildLine } from "./progress.ts";

const { mkdir, rm } = filesOf("build.place");

export type BuilderOptions = {
  /** Path of the standalone docker-buildx. */
  buildx: string;
  dockerSocket: string;
  /** For BUILDX_CONFIG: DATA_DIR/tmp/buildx or the like. */
  stateDir: string;
  /** Where Docker keeps its data; asked when its disk is full. */
  engineDir(): Promise<string>;
};

export type Common = {
  builder: BuilderOptions;
  /** Scratch space that goes with the job, also when the agent was killed: variables lie here for a moment. */
  tmpDir: string;
  /** Takes buildx's raw progress; survives a killed agent. See `readBuildOutput`. */
  outputFile: string;
  signal: AbortSignal;
  log: ToolLog;
  /** 0 to 1, steps completed of steps known. */
  onProgress?: (fraction: number) => void;
  /** For sentences: "web". */
  serviceName: string;
  /** Goes on with the build that an earlier agent began; `canRejoin` said that there is one. */
  rejoin?: boolean;
};

/** Where the running build is found again, inside the job's scratch space. */
export const keptBuild = (tmpDir: string): string => join(tmpDir, "build");

/** What is built: a folder, what a person calls it, and the Dockerfile. */
type Built = { context: string; contextName: string; dockerfile: string };

/** One `buildx build` on Docker's own BuildKit, which the agent's end does not end; its lines go to the log as they come. */
export async function buildx(args: string[], o: Common & Built): Promise<void> {
  if (!o.rejoin) await prepareBuilder(o);
  const progress = createProgress();
  const running = o.rejoin ? rejoinKept({ folder: keptBuild(o.tmpDir), signal: o.signal }) : begin(args, o);
  const say = (lines: Iterable<BuildLine>) => {
    for (const { text, stream } of lines) o.log(text, stream);
    during("build");
  };
  try {
    let reached = 0;
    for await (const text of follow(o.outputFile, running)) {
      say(progress.push(text));
      const fraction = Math.min(progress.fraction(), 0.99);
      if (fraction <= reached) continue;
      reached = fraction;
      o.onProgress?.(reached);
    }
  } catch (error) {
    // Whatever reads the log has failed: nobody would see the build end.
    await running.catch(() => {});
    throw error;
  }
  const code = await running;
  // It goes on: a line without its end belongs to whoever reads the file next.
  if (agentStops(o.signal)) throw o.signal.reason;
  say(progress.end());
  o.signal.throwIfAborted();
  if (code === 0) {
    o.onProgress?.(1);
    return;
  }
  throw await buildFailure({
    serviceName: o.serviceName,
    contextName: o.contextName,
    engineDir: o.builder.engineDir,
    step: progress.failedStep(),
    plain: progress.plainText(),
    context: o.context,
    dockerfile: o.dockerfile,
  });
}

async function prepareBuilder({ builder, outputFile }: Common): Promise<void> {
  await access(builder.buildx, constants.X_OK).catch((cause: unknown) => {
    throw fail("BUILDER_MISSING", { why: `there is no ${builder.buildx}` }, { cause });
  });
  await mkdir(builder.stateDir, { recursive: true, mode: 0o700 });
  // A file of an earlier try would be read as part of this one.
  await rm(outputFile, { force: true });
}

function begin(args: string[], o: Common): Promise<number | null> {
  const { builder } = o;
  return runKept([builder.buildx, "--builder", "default", "build", "--progress=rawjson", "--provenance=false", "--sbom=false", ...args], {
    folder: keptBuild(o.tmpDir),
    cwd: builder.stateDir,
    env: {
      HOME: builder.stateDir,
      BUILDX_CONFIG: join(builder.stateDir, "buildx"),
      DOCKER_CONFIG: join(builder.stateDir, "docker"),
      DOCKER_HOST: `unix://${builder.dockerSocket}`,
      BUILDX_NO_DEFAULT_ATTESTATIONS: "1",
    },
    outputFile: o.outputFile,
    signal: o.signal,
  });
}

/** The log lines that `outputFile` holds, always the same for the same bytes: what a killed agent had no time to write. */
export async function* readBuildOutput(outputFile: string): AsyncGenerator<BuildLine> {
  const progress = createProgress();
  for await (const text of follow(outputFile, Promise.resolve())) yield* progress.push(text);
  yield* progress.end();
}
