import { fail } from "../../contract/index.ts";
import { placeOf } from "../changes/changes.ts";
import { refuseFull } from "../host/index.ts";
import { takenName } from "../raw/file-name.ts";
import { spool } from "../raw/spool.ts";
import { traitsOf } from "../shapes/index.ts";
import { findVolumeByName, volumesOfService, type ServiceRow, type VolumeRow } from "../store/index.ts";
import { markFile } from "../volumes/file-source.ts";
import { listFolder } from "../volumes/list.ts";
import { manifest } from "../volumes/manifest.ts";
import { namesOfPath } from "../volumes/file-names.ts";
import { showVolume } from "../volumes/show.ts";
import { placeFor } from "../volumes/upload.ts";
import { atParent, kindOf, statIn } from "../volumes/walk.ts";
import type { Base, Rooms } from "./base.ts";
import { aboutEnvironment, aboutService, begin } from "./begin.ts";
import { mustFindEnvironment, mustFindService, mustFindVolume, refuseWhileDeleting } from "./find.ts";
import type { Views } from "./views.ts";

/** What an archive holds is written down before it goes: bytes. */
const LARGEST_MANIFEST = 1024 ** 3;

export function volumeFileHandlers(base: Base, { core, raw, volumes }: Pick<Rooms, "core" | "raw" | "volumes">, views: Views) {
  const { db } = core;
  const aboutOf = ({ id: volumeId, environmentId, serviceId }: VolumeRow) => ({ volumeId, environmentId, serviceId });
  const refuseGoing = ({ environmentId, serviceId }: VolumeRow) => refuseWhileDeleting(core, { projectId: mustFindEnvironment(core, environmentId).projectId, environmentId, serviceId });

  return {
    measure: base.volumes.measure.handler(async ({ input, signal }) => {
      await volumes.measure(mustFindVolume(core, input.id, input.environmentId), signal);
      return showVolume(db, mustFindVolume(core, input.id));
    }),

    files: base.volumes.files.handler(async ({ input: { id, environmentId, ...asked }, signal }) => listFolder(await volumes.folderOf(mustFindVolume(core, id, environmentId)), asked, signal)),

    download: base.volumes.download.handler(async ({ input: { id, environmentId, path }, context, signal }) => {
      const volume = mustFindVolume(core, id, environmentId);
      const folder = await volumes.folderOf(volume);
      const ticket = { id: context.entityId!, name: takenName(path.split("/").at(-1)! || volume.name) };
      const isFolder = path === "" || (await atParent(folder, path, async (parent, name) => kindOf(await statIn(parent, name)) === "folder"));
      if (!isFolder) {
        const { mark, size } = await markFile(folder, path);
        return raw.issue(context, { ...ticket, purpose: "volume.file", about: { ...aboutOf(volume), folder, path, mark }, size });
      }
      const about = { ...aboutOf(volume), folder, path, name: ticket.name };
      const make = async (file: string) => {
        let size = 0;
        await spool(file, manifest(folder, path, ticket.name, (bytes) => void (size = bytes), signal), LARGEST_MANIFEST, "What there is to say of this folder");
        return size;
      };
      return raw.issueMade(context, { id: ticket.id, name: `${ticket.name}.tar`, purpose: "volume.folder", about }, make, signal);
    }),

    upload: base.volumes.upload.handler(async ({ input: { id, environmentId, path, size }, context }) => {
      const volume = mustFindVolume(core, id, environmentId);
      refuseGoing(volume);
      const name = namesOfPath(path).at(-1)!.toString();
      const folder = await volumes.folderOf(volume);
      await placeFor(folder, path);
      await refuseFull(folder, size);
      return raw.issue(context, { id: context.entityId!, purpose: "volume.upload", about: { ...aboutOf(volume), folder, path }, name, size });
    }),

    copy: base.volumes.copy.handler(({ input: { id, environmentId, name, serviceId, path }, context }) => {
      const job = begin(core, context.entityId!, () => {
        const volume = mustFindVolume(core, id, environmentId);
        const target = mustFindService(core, serviceId, volume.environmentId);
        refuseGoing(volume);
        refuseWhileDeleting(core, placeOf(target));
        if (findVolumeByName(db, volume.environmentId, name) !== undefined) throw fail("NAME_TAKEN", { name, what: "volume of this environment" });
        refusePlace(target, path);
        const environment = mustFindEnvironment(core, volume.environmentId);
        const about = volume.serviceId === null ? aboutEnvironment(core, environment) : aboutService(core, mustFindService(core, volume.serviceId));
        const input = { volumeId: volume.id, name, serviceId, path, author: context.me?.name ?? context.login };
        return { job: { kind: "copy-volume", ...about, subject: `${about.subject} / ${volume.name}`, input } };
      });
      return { job: views.job(job) };
    }),
  };

  /** Said before hours of copying, where it is known already. */
  function refusePlace(target: ServiceRow, path: string): void {
    const { word, volumes: can } = traitsOf(target);
    if (can !== true) throw fail("INVALID_INPUT", { field: "serviceId", why: `a ${word.toLowerCase()} has no process that could use one` });
    const inside = (one: string, other: string) => one === other || one.startsWith(`${other}/`);
    const other = volumesOfService(db, target.id).find((volume) => inside(volume.path, path) || inside(path, volume.path));
    if (other !== undefined) throw fail("VOLUME_PATHS_NEST", { path, other: other.path, service: target.name });
  }
}
