import { v7 as uuid } from "uuid";
import type { Core } from "../core.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { claim } from "../jobs/index.ts";
import { findEnvironment, openJobs, volumesInState, type Db, type VolumeRow } from "../store/index.ts";
import { EMPTY_TRASH, emptyInput, removeForGood } from "./empty.ts";
import { mayGo } from "./may-go.ts";
import { TRASH_MS } from "./show.ts";
import { aboutVolume, placeOfVolume } from "./subject.ts";

type Deps = DeployDeps & { jobs: Pick<Core["jobs"], "enqueue" | "hold"> };

/** The trash is emptied of what has lain there for its days; what a job of that could not bring to its end is gone on with. */
export async function sweepTrash(deps: Deps): Promise<void> {
  const { db, jobs, clock } = deps;
  for (const volume of volumesInState(db, "trash")) {
    if (volume.deletedAt! + TRASH_MS > clock.now() || !isOfSomething(db, volume) || mayGo(db, volume.id) !== null || isAsked(db, volume.id)) continue;
    jobs.enqueue({ id: uuid(), kind: EMPTY_TRASH, ...aboutVolume(db, volume), input: { volumeId: volume.id } });
  }
  for (const volume of volumesInState(db, "going")) {
    if (!isOfSomething(db, volume)) continue;
    const free = jobs.hold([claim.volume(placeOfVolume(db, volume), volume.id, "X")]);
    if (free === null) continue;
    await removeForGood(deps, volume.id)
      .catch((error: unknown) => deps.note("volume not removed", { id: volume.id, error: String(error) }))
      .finally(free);
  }
}

/** What goes with its environment is that one's job. */
const isOfSomething = (db: Db, { environmentId }: VolumeRow): boolean => findEnvironment(db, environmentId)?.deletedAt === null;
const isAsked = (db: Db, id: string): boolean => openJobs(db).some(({ kind, input }) => kind === EMPTY_TRASH && emptyInput.safeParse(input).data?.volumeId === id);
