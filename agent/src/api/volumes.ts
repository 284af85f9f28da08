import { fail } from "../../contract/index.ts";
import { placeOf } from "../changes/changes.ts";
import { mustBeInTrash, stageEdits, tellStaged } from "../staged/index.ts";
import { showRows } from "../staged/show.ts";
import { findVolumeByName, ofService, stagedOf, transaction, updateVolume, volumesIn } from "../store/index.ts";
import { EMPTY_TRASH } from "../volumes/empty.ts";
import { mayGo } from "../volumes/may-go.ts";
import { showVolume } from "../volumes/show.ts";
import { aboutVolume, placeOfVolume } from "../volumes/subject.ts";
import type { Base, Rooms } from "./base.ts";
import { begin } from "./begin.ts";
import { mustFindEnvironment, mustFindService, mustFindVolume, refuseWhileDeleting } from "./find.ts";
import type { Views } from "./views.ts";

export function volumeHandlers(base: Base, { core }: Pick<Rooms, "core">, views: Views) {
  const { db, changes, clock } = core;

  return {
    list: base.volumes.list.handler(({ input: { environmentId } }) => {
      mustFindEnvironment(core, environmentId);
      return volumesIn(db, environmentId).map((row) => showVolume(db, row));
    }),

    rename: base.volumes.rename.handler(({ input: { id, environmentId, name } }) => {
      const volume = mustFindVolume(core, id, environmentId);
      const place = placeOfVolume(db, volume);
      refuseWhileDeleting(core, place);
      transaction(db, () => {
        if (volume.state === "trash") throw fail("NOT_FOUND", { what: "volume outside of the trash", id });
        const other = findVolumeByName(db, volume.environmentId, name);
        if (other !== undefined && other.id !== id) throw fail("NAME_TAKEN", { name, what: "volume of this environment" });
        updateVolume(db, id, { name });
      });
      changes.emit({ entity: "volume", id, ...place });
      if (volume.serviceId !== null) changes.emit({ entity: "service", id: volume.serviceId, ...place });
      return showVolume(db, mustFindVolume(core, id));
    }),

    restore: base.volumes.restore.handler(async ({ input, context }) => {
      const volume = mustFindVolume(core, input.id, input.environmentId);
      const serviceId = input.serviceId ?? volume.serviceId;
      if (serviceId === null) throw fail("INVALID_INPUT", { field: "serviceId", why: `${volume.serviceName} was deleted; choose another service` });
      const service = mustFindService(core, serviceId, volume.environmentId);
      refuseWhileDeleting(core, placeOf(service));
      const scope = ofService(serviceId);
      const who = { author: context.me?.name ?? context.login, at: clock.now() };
      transaction(db, () => {
        mustBeInTrash(db, service, volume.id);
        const edit = { path: input.path ?? volume.path, name: volume.name, volumeId: volume.id };
        stageEdits({ db, scope, environmentId: volume.environmentId, who }, { set: [], remove: [], secret: [], settings: {}, volumes: [edit] });
      });
      tellStaged(core, service, [scope]);
      const rows = stagedOf(db, scope).filter(({ aspect }) => aspect === "volume");
      return { staged: await showRows({ db, sealer: core.sealer, reveal: false }, rows) };
    }),

    empty: base.volumes.empty.handler(({ input, context }) => {
      const job = begin(core, context.entityId!, () => {
        const volume = mustFindVolume(core, input.id, input.environmentId);
        if (input.confirm !== volume.name) throw fail("CONFIRMATION_MISMATCH", { typed: input.confirm, name: volume.name });
        refuseWhileDeleting(core, placeOfVolume(db, volume));
        const problem = mayGo(db, volume.id);
        if (problem !== null) throw problem;
        return { job: { kind: EMPTY_TRASH, ...aboutVolume(db, volume), input: { volumeId: volume.id } } };
      });
      return { job: views.job(job) };
    }),
  };
}
