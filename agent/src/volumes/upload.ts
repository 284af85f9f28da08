import { constants, open, type FileHandle } from "node:fs/promises";
import { fail, Failure, toProblem } from "../../contract/index.ts";
import { mustFindVolume } from "../api/find.ts";
import { whoAsks } from "../api/who.ts";
import { subjectOf, writeEvent } from "../audit/index.ts";
import type { Core } from "../core.ts";
import { effect, filesOf } from "../effects/index.ts";
import { diskFull, refuseFull } from "../host/disk.ts";
import type { Upload } from "../raw/purposes.ts";
import { findRawTicket, findVolume, rawTicketsFor, transaction, updateVolume, type Db, type RawTicketRow } from "../store/index.ts";
import { namesOfPath } from "./file-names.ts";
import { halfOf, isHalfOf, LIFE } from "./half.ts";
import { atParent, enter, kindOf, namesIn, pathOf, statIn, type Folder } from "./walk.ts";

const { openToWrite, rename, rm } = filesOf("volume.upload");
const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

/** What is to be written: where, and who is told to have done it. */
export type FileSent = { volumeId: string; environmentId: string; serviceId: string | null; folder: string; path: string };

/** Looked at again after so many bytes. */
const LOOK_EVERY = 64 * 1024 ** 2;

type OfVolume = Pick<FileSent, "volumeId" | "environmentId">;
/** What a ticket is of; NOT_FOUND where its volume has gone for good since. */
export function stillThere<T>(core: Core, about: string): T {
  const read = JSON.parse(about) as OfVolume;
  mustFindVolume(core, read.volumeId, read.environmentId);
  return read as T;
}

/** Asked before anything has its new name: the volume stands, and nobody has given the upload up. */
function refuseGone(core: Core, { id, about }: Pick<RawTicketRow, "id" | "about">): void {
  stillThere(core, about);
  if ((findRawTicket(core.db, id)?.endedAt ?? null) !== null) throw fail("RAW_TICKET_UNKNOWN", {});
}

/** A volume into which a person has put something is never made anew (deploy/adopt.ts). */
function keep({ db, clock }: Core, { volumeId }: OfVolume): void {
  const { state, madeAt, fresh } = findVolume(db, volumeId)!;
  if (state === "wanted" && (madeAt === null || fresh === 1)) updateVolume(db, volumeId, { fresh: 0, madeAt: madeAt ?? clock.now() });
}

/** Refuses where no file can come: its folder is not there, or something else than a file stands in its place. */
export async function placeFor(root: string, path: string): Promise<void> {
  await atParent(root, path, async (parent, name) => void (await ownerFor(parent, name)));
}

type Own = { uid: number; gid: number; mode: number };

/** Of the file that it takes the place of, else of the folder that it comes into. */
async function ownerFor(parent: Folder, name: Buffer): Promise<Own> {
  const there = await statIn(parent, name).catch((error: unknown) => {
    if (error instanceof Failure && error.problem.code === "VOLUME_PATH_UNKNOWN") return null;
    throw error;
  });
  if (there !== null && kindOf(there) !== "file") throw fail("VOLUME_PATH_REFUSED", { path: name.toString(), what: `a ${kindOf(there) === "other" ? "device, a socket or a pipe" : kindOf(there)}` });
  const like = there ?? (await parent.handle.stat({ bigint: true }));
  return { uid: Number(like.uid), gid: Number(like.gid), mode: Number(like.mode) & (there === null ? 0o666 : 0o777) };
}

/**
 * Written whole to a name of its own in the folder that the file comes into, which is held from then on, and given its name
 * by one rename at the end: whoever reads it has the old one or the new one.
 */
export function fileUpload(core: Core, ticket: RawTicketRow): Upload {
  const about = JSON.parse(ticket.about) as FileSent;
  const names = namesOfPath(about.path);
  const name = names.at(-1)!;
  const half = halfOf(ticket.id);
  let begun: Promise<{ parent: Folder; file: FileHandle }> | null = null;
  let looked = 0;
  let why: Failure | null = null;

  async function begin(): Promise<{ parent: Folder; file: FileHandle }> {
    const parent = await enter(about.folder, names.slice(0, -1));
    try {
      await rm(pathOf(parent, half), { force: true });
      return { parent, file: await openToWrite(pathOf(parent, half), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600) };
    } catch (error) {
      await parent.handle.close();
      throw error;
    }
  }
  const opened = () => (begun ??= begin());

  return {
    sink: {
      async write(chunk, at) {
        try {
          const { file } = await opened();
          if (at - looked >= LOOK_EVERY) {
            looked = at;
            await refuseFull(about.folder);
          }
          await filled(file, chunk, at, about.folder);
        } catch (error) {
          // Neither another connection nor the same bytes once more mend it.
          why = error instanceof Failure ? error : new Failure(toProblem(error), { cause: error });
          throw why;
        }
      },
    },
    failed: () => why,
    async finish(commit) {
      const { parent, file } = await opened();
      const own = await ownerFor(parent, name);
      await effect("volume.upload.sync", async () => {
        await file.chown(own.uid, own.gid);
        await file.chmod(own.mode);
        await file.sync();
      });
      // An app may have put something else in its place. What becomes of it under its own name is the app's affair: one that waits for files may take it away at once.
      const [{ ino }, there] = await Promise.all([file.stat({ bigint: true }), statIn(parent, half).catch(() => null)]);
      if (there?.ino !== ino) throw fail("VOLUME_FILE_CHANGED", { path: about.path });
      refuseGone(core, ticket);
      keep(core, about);
      await rename(pathOf(parent, half), pathOf(parent, name));
      await syncFolder(parent);
      const result = { bytes: ticket.size };
      transaction(core.db, () => {
        const { name: person, fingerprint } = whoAsks(core.db, ticket);
        const who = { login: ticket.login, desktop: ticket.desktop, personId: ticket.personId, person, fingerprint };
        const { folder: _, ...kept } = about;
        writeEvent(core.db, { procedure: "volumes.uploaded", who, subject: subjectOf(core.db, "volumes.uploaded", { ...kept, id: about.volumeId }), about: { ...kept, bytes: ticket.size } });
        commit(result);
      });
      return result;
    },
    async drop() {
      const held = await begun?.catch(() => null);
      begun = null;
      if (!held) return;
      await held.file.close();
      await rm(pathOf(held.parent, half), { force: true }).finally(() => held.parent.handle.close());
    },
  };
}

async function filled(file: FileHandle, chunk: Uint8Array, at: number, folder: string): Promise<void> {
  try {
    for (let done = 0; done < chunk.length; ) done += (await file.write(chunk, done, chunk.length - done, at + done)).bytesWritten;
  } catch (error) {
    throw ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "") ? await diskFull(folder, error) : error;
  }
}

/** Its new name is on the disk when this returns. */
async function syncFolder({ handle }: Folder): Promise<void> {
  const folder = await open(`/proc/self/fd/${handle.fd}`, O_RDONLY | O_DIRECTORY);
  await folder.sync().finally(() => folder.close());
}

/** What an earlier life of the agent left of it. Nothing there is fine. */
export async function sweepUpload({ id, about }: Pick<RawTicketRow, "id" | "about">, life = LIFE): Promise<void> {
  const { folder, path } = JSON.parse(about) as FileSent;
  await removeHalves(folder, path, id, (name) => !name.endsWith(`-${life}`));
}

async function removeHalves(root: string, path: string, ticketId: string, isOver: (name: string) => boolean): Promise<void> {
  await atParent(root, path, async (parent) => {
    for await (const name of namesIn(parent)) {
      const text = name.toString();
      if (isHalfOf(ticketId, text) && isOver(text)) await rm(pathOf(parent, name), { force: true });
    }
  });
}

/** In a copy of a volume: what came into that one while it was taken is no part of it. */
export async function sweepCopy(db: Db, volumeId: string, root: string): Promise<void> {
  for (const { id, about } of rawTicketsFor(db, "volume.upload")) {
    const sent = JSON.parse(about) as FileSent;
    if (sent.volumeId !== volumeId) continue;
    await removeHalves(root, sent.path, id, () => true).catch((error: unknown) => {
      // Its folder was made, or became another thing, after the copy had passed.
      if (!(error instanceof Failure)) throw error;
    });
  }
}
