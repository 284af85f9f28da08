import * as z from "zod";
import type { DeployDeps } from "../deploy/deps.ts";
import { removeVolume } from "../docker/own-volume.ts";
import { claim, DAYS, defineJob, type JobEntry, type StepPlan } from "../jobs/index.ts";
import { deleteVolume, everyVolumeIn, findVolume, updateVolume } from "../store/index.ts";
import { mayGo } from "./may-go.ts";
import { placeOfVolume } from "./subject.ts";

const REMOVE: StepPlan = { name: "remove", words: "Remove", doing: "Removing" };
export const EMPTY_TRASH = "empty-trash";
export const emptyInput = z.object({ volumeId: z.string().default("") });

/** A volume in the trash goes for good. The state "going" is the commit: nobody has it back from then on, and its row goes last. */
export function createEmptyTrashJob(deps: DeployDeps): JobEntry {
  return defineJob({
    kind: EMPTY_TRASH,
    words: { doing: "Remove for good", done: "is gone for good" },
    input: emptyInput,
    steps: () => [REMOVE],
    claims: ({ input: { volumeId }, subject }) => [claim.volume(subject, volumeId, "X")],
    deadlines: { run: 60, undo: 60, finish: 1800 },
    retention: { newest: 100, of: "kind", days: DAYS.cleanup, logs: 100 },
    crash: "undo",
    async run({ job, commit }) {
      const { volumeId } = emptyInput.parse(job.input);
      const problem = mayGo(deps.db, volumeId);
      if (problem !== null) throw problem;
      // Nothing is awaited in between: nobody has had it back.
      commit(() => updateVolume(deps.db, volumeId, { state: "going" }));
    },
    async undo() {},
    async finish({ job, step }) {
      const { volumeId } = emptyInput.parse(job.input);
      await step(REMOVE.name, () => removeForGood(deps, volumeId), { deadlineSeconds: 1800 });
    },
  });
}

/** Docker's volume, then the row; as often as one likes. */
export async function removeForGood({ db, docker, instanceId, changes }: DeployDeps, id: string): Promise<void> {
  const volume = findVolume(db, id);
  if (volume?.state !== "going") return;
  await removeVolume(docker, instanceId, id);
  deleteVolume(db, id);
  changes.emit({ entity: "volume", id, ...placeOfVolume(db, volume) });
}

/** With an environment that goes: all that it has, in whatever state. */
export async function removeVolumesOf(deps: DeployDeps, environmentId: string): Promise<void> {
  for (const { id } of everyVolumeIn(deps.db, environmentId)) {
    updateVolume(deps.db, id, { state: "going" });
    await removeForGood(deps, id);
  }
}
