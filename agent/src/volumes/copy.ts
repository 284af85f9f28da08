import * as z from "zod";
import { fail, toProblem } from "../../contract/index.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { bringBack, STOP_FIRST_SECONDS, stopBefore } from "../deploy/stop-first.ts";
import { routeBack } from "../deploy/undo.ts";
import { makeVolume, removeVolume, runningOn, volumeFolderOf } from "../docker/own-volume.ts";
import { claim, DAYS, defineJob, type JobContext, type JobEntry, type StepPlan } from "../jobs/index.ts";
import { run } from "../sandbox/index.ts";
import { stageEdits, tellStaged } from "../staged/index.ts";
import { createVolume, findEnvironment, findService, findVolume, ofService, supposed, type ServiceRow, type VolumeRow } from "../store/index.ts";
import { diskFull, refuseFull } from "../host/disk.ts";
import { onlyHalvesGone } from "./half.ts";
import { measureFolder } from "./measure.ts";
import { sweepCopy } from "./upload.ts";

const LOOK: StepPlan = { name: "look", words: "Look", doing: "Looking" };
const COPY: StepPlan = { name: "copy", words: "Copy", doing: "Copying" };
const RESUME: StepPlan = { name: "resume", words: "Start", doing: "Starting" };
const LOOK_SECONDS = 180;
const COPY_SECONDS = 4 * 3600;
const RESUME_SECONDS = 180;

const input = z.object({
  volumeId: z.string(),
  name: z.string(),
  /** Who is to have it, and where. */
  serviceId: z.string(),
  path: z.string(),
  /** By whom its row is staged. */
  author: z.string().nullable(),
});
type Input = z.infer<typeof input>;

/**
 * A copy of a volume while nobody writes to it: what runs of its service has ended meanwhile, and requests wait as in a
 * deploy that stops first. The copy has the job's id, so that it is found again by that alone; its row is the commit, and
 * until then an undo takes all of it away.
 */
export function createCopyVolumeJob(deps: DeployDeps): JobEntry {
  return defineJob({
    kind: "copy-volume",
    words: { doing: "Copy", done: "is copied" },
    input,
    steps: () => [LOOK, COPY, RESUME],
    claims: ({ input: { volumeId }, subject }) => [claim.volume(subject, volumeId, "S"), ...(subject.serviceId === null ? [] : [claim.process(subject, "X")])],
    deadlines: { run: LOOK_SECONDS + COPY_SECONDS + STOP_FIRST_SECONDS + RESUME_SECONDS + 60, undo: 600, finish: 60 },
    retention: { newest: 100, of: "kind", days: DAYS.data, logs: 100 },
    crash: "undo",
    async run(context) {
      const asked = input.parse(context.job.input);
      const volume = volumeOf(deps, asked);
      const service = serviceIn(deps, context);
      const folder = await context.step(LOOK.name, (signal) => look(deps, context, volume, signal), { deadlineSeconds: LOOK_SECONDS });
      const bytes = await context.step(COPY.name, (signal) => copy(deps, context, { volume, service, folder }, signal), { deadlineSeconds: COPY_SECONDS + STOP_FIRST_SECONDS });
      if (service === undefined) context.skip(RESUME.name, "No service runs on it");
      else await context.step(RESUME.name, (signal) => resume(deps, context, service, signal), { deadlineSeconds: RESUME_SECONDS });
      keep(deps, context, asked, volume, bytes);
      context.log(`${asked.name} is whole; a deployment of the service mounts it`);
    },
    async undo(context) {
      const service = serviceIn(deps, context);
      try {
        // First of all: requests wait for it.
        if (service !== undefined) await goOn(deps, context, service);
      } finally {
        await removeVolume(deps.docker, deps.instanceId, context.job.id);
      }
    },
    async finish() {},
  });
}

function volumeOf({ db }: DeployDeps, { volumeId }: Input): VolumeRow {
  const volume = findVolume(db, volumeId);
  if (volume === undefined || volume.state === "going") throw fail("NOT_FOUND", { what: "volume", id: volumeId });
  return volume;
}

const serviceIn = ({ db }: DeployDeps, { job }: JobContext): ServiceRow | undefined => (job.serviceId === null ? undefined : findService(db, job.serviceId));

/** Whether the disk can have all of it once more; the folder. */
async function look({ docker, instanceId }: DeployDeps, context: JobContext, volume: VolumeRow, signal: AbortSignal): Promise<string> {
  const folder = await volumeFolderOf(docker, instanceId, volume);
  const bytes = await measureFolder(folder, signal);
  if (typeof bytes === "string") throw fail("VOLUME_NOT_MEASURED", { volume: volume.name, why: bytes });
  await refuseFull(folder, bytes);
  context.log(`${bytes} bytes are to be copied`);
  return folder;
}

type Source = { volume: VolumeRow; service: ServiceRow | undefined; folder: string };

/** Bytes of the copy, all of which are on the disk. */
async function copy(deps: DeployDeps, context: JobContext, { volume, service, folder }: Source, signal: AbortSignal): Promise<number | null> {
  const { docker, instanceId } = deps;
  // Where nothing runs on it, as on one in the trash, nothing has to end.
  if (service !== undefined && (await runningOn(docker, instanceId, volume.id)).length > 0) await stopBefore(deps, context, service, signal);
  await refuseWritten(deps, volume);
  signal.throwIfAborted();
  const { id } = context.job;
  const { environmentId } = volume;
  await makeVolume(docker, { instance: instanceId, environment: environmentId, volume: id });
  // One that was given up meanwhile may have been undone already, before there was anything to take away.
  if (signal.aborted) await removeVolume(docker, instanceId, id);
  signal.throwIfAborted();
  const to = await volumeFolderOf(docker, instanceId, { id, name: volume.name });
  context.detail("Copying, with its owners, modes and links");
  await tool(["cp", "--archive", "--one-file-system", "--no-target-directory", "--reflink=auto", "--sparse=auto", "--", folder, to], to, signal, onlyHalvesGone);
  await refuseWritten(deps, volume);
  refuseMoved(deps, volume, service);
  await sweepCopy(deps.db, volume.id, to);
  await tool(["sync", "--file-system", "--", to], to, signal);
  const bytes = await measureFolder(to, signal);
  return typeof bytes === "string" ? null : bytes;
}

async function refuseWritten({ docker, instanceId }: DeployDeps, { id, name }: VolumeRow): Promise<void> {
  const others = await runningOn(docker, instanceId, id);
  if (others.length > 0) throw fail("VOLUME_WRITTEN_TO", { volume: name, who: others.join(", ") });
}

/**
 * A deployment claims its service alone. What has come to another one than that which this job holds, as out of the trash,
 * may have been mounted there meanwhile by a process that has ended by now.
 */
export function refuseMoved({ db }: Pick<DeployDeps, "db">, { id, name, serviceId, state, deletedAt }: VolumeRow, held: Pick<ServiceRow, "id"> | undefined): void {
  const now = findVolume(db, id);
  if (now === undefined) throw fail("NOT_FOUND", { what: "volume", id });
  if (held !== undefined && now.serviceId === held.id) return;
  if (now.serviceId !== serviceId || now.state !== state || now.deletedAt !== deletedAt) throw fail("VOLUME_MOVED", { volume: name, service: now.serviceName });
}

/** No app is in either folder, so a path leads where it led: links are copied as links. An upload may end meanwhile. */
async function tool(argv: [string, ...string[]], to: string, signal: AbortSignal, isFine: (words: string) => boolean = () => false): Promise<void> {
  const done = await run(argv, { cwd: "/", env: { LC_ALL: "C" }, account: null, signal });
  signal.throwIfAborted();
  if (done.code === 0 || (done.code === 1 && done.killedBy === null && isFine(done.stderr))) return;
  if (done.stderr.includes("No space left on device")) throw await diskFull(to, done.stderr);
  throw new Error(`${argv[0]} ended with ${done.code}: ${done.stderr.trim().slice(-500)}`);
}

/** What was stopped for it begins again, and requests go on. */
async function goOn(deps: DeployDeps, context: JobContext, service: ServiceRow): Promise<void> {
  await bringBack(deps, context, service);
  await routeBack(deps, service);
}

/** An undo from here on has nothing to begin again: it would end once more what runs. */
async function resume(deps: DeployDeps, context: JobContext, service: ServiceRow, signal: AbortSignal): Promise<void> {
  await goOn(deps, context, service);
  // Left behind, it says nothing of what the undo does by now.
  if (!signal.aborted) context.checkpoint({ stopped: [] });
}

/** It lies in the trash and is staged to come out of there: one whose row is discarded goes as whatever is in the trash. */
function keep({ db, changes }: DeployDeps, context: JobContext, { name, serviceId, path, author }: Input, { environmentId, serviceName }: VolumeRow, bytes: number | null): void {
  const { id } = context.job;
  const at = Date.now();
  const target = findService(db, serviceId);
  let staged: unknown = null;
  context.commit(() => {
    createVolume(db, { id, environmentId, serviceId: target?.id ?? null, serviceName: target?.name ?? serviceName, name, path, state: "trash", bytes, measuredAt: bytes === null ? null : at, madeAt: at, createdAt: at, deletedAt: at });
    staged = stageIt();
  });
  if (staged !== null) context.warn(toProblem(staged));
  changes.emit({ entity: "volume", id, projectId: findEnvironment(db, environmentId)?.projectId ?? null, environmentId, serviceId: target?.id ?? null });
  if (target !== undefined && staged === null) tellStaged({ db, changes }, target, [ofService(target.id)]);

  /** Why it could not be: what was free when it was asked for may be taken by now. */
  function stageIt(): unknown {
    if (target === undefined || target.intent === "deleted") return fail("NOT_FOUND", { what: "service", id: serviceId });
    const stage = () => stageEdits({ db, scope: ofService(target.id), environmentId, who: { author, at } }, { set: [], remove: [], secret: [], settings: {}, volumes: [{ path, name, volumeId: id }] });
    try {
      // Tried first: what fails half-way must leave nothing in this transaction.
      supposed(db, stage);
      stage();
      return null;
    } catch (error) {
      return error;
    }
  }
}
