import * as z from "zod";
import { fail } from "../../contract/problem.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { removeVolume } from "../docker/own-volume.ts";
import { claim, DAYS, defineJob, type JobEntry, type StepPlan } from "../jobs/index.ts";
import { deleteVolume, findVolume, transaction, updateVolume } from "../store/index.ts";
import { mayGo } from "./may-go.ts";

const REMOVE: StepPlan = { name: "remove", words: "Remove", doing: "Removing" };
const input = z.object({ volumeId: z.string() });

/** A volume in the trash goes for good. The state "going" is the commit: nobody has it back from then on, and its row goes last. */
export function createEmptyTrashJob(deps: DeployDeps): JobEntry {
  return defineJob({
    kind: "emptyTrash",
    words: { doing: "Remove for good", done: "is gone for good" },
    input,
    steps: () => [REMOVE],
    claims: ({ input: { volumeId }, subject }) => [claim.volume(subject, volumeId, "X")],
    deadlines: { run: 60, undo: 60, finish: 1800 },
    retention: { newest: 100, of: "kind", days: DAYS.cleanup, logs: 100 },
    crash: "undo",
    async run({ job, commit }) {
      const { volumeId } = input.parse(job.input);
      const problem = mayGo(deps.db, volumeId);
      if (problem !== null) throw problem;
      commit(() =>
        transaction(deps.db, () => {
          // Read again: somebody may have had it back.
          if (mayGo(deps.db, volumeId) !== null) throw fail("NOT_FOUND", { what: "volume in the trash", id: volumeId });
          updateVolume(deps.db, volumeId, { state: "going" });
        }),
      );
    },
    async undo() {},
    async finish({ job, step }) {
      const { volumeId } = input.parse(job.input);
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
  changes.emit({ entity: "volume", id, projectId: null, environmentId: volume.environmentId, serviceId: volume.serviceId });
}
