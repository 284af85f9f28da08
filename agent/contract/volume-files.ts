import * as z from "zod";
import { job } from "./jobs.ts";
import * as name from "./names.ts";
import { ask, deploy } from "./procedure.ts";
import { rawTicket } from "./raw.ts";
import { fileEntry, volume } from "./volumes.ts";

/** Entries of a folder in one answer. */
export const MOST_FILES = 500;
/** An uploaded file: bytes. What its disk has is asked before each. */
export const LARGEST_UPLOAD = 2 ** 50;

const byVolume = z.object({ environmentId: name.id.optional(), id: name.id });
/** From the volume's own folder, without a slash at its begin or end: "" is that folder itself. */
const filePath = z
  .string()
  .max(4096)
  .refine((path) => path === "" || path.split("/").every((part) => part !== "" && part !== "." && part !== ".."), "Names with one slash between them, and no . or .. among them")
  .refine((path) => !path.includes("\0") && path.isWellFormed(), "No name of a file has such a character");
const fileName = filePath.refine((path) => path !== "" && !path.includes("/"), "One name");
const byFile = byVolume.extend({ path: filePath });

/** What lies in a volume. A name that is no UTF-8 has \xNN for each byte that is none. */
export const volumeFileProcedures = {
  /** Bytes of the disk that it takes up, as `du` shows them, read anew where that is more than a few seconds ago. */
  measure: ask.input(byVolume).output(volume),
  /** Of a folder, by name: so many after the name `after`. A link is told as one and never followed. */
  files: deploy
    .input(byFile.extend({ after: fileName.optional(), limit: z.int().min(1).max(MOST_FILES).default(200) }))
    .output(z.object({ entries: z.array(fileEntry), more: z.boolean() })),
  /** A ticket for a file as it is, or for a folder as a tar; whole as it was at one moment, or not at all. */
  download: deploy.input(byFile).output(rawTicket),
  /** A ticket for a new file, or one in the place of another: when all of it has come it has its name, or nothing is changed. */
  upload: deploy.input(byVolume.extend({ path: filePath.refine((path) => path !== "", "The name of a file"), size: z.int().min(0).max(LARGEST_UPLOAD) })).output(rawTicket),
  /** As it is now, as a new volume: lies in the trash when it is whole, and is staged to come out of there at `path` of a service. The service that has it mounted stops meanwhile. */
  copy: deploy.input(byVolume.extend({ name: name.volumeName, serviceId: name.id, path: name.mountPath })).output(z.object({ job })),
};

/** What came of an uploaded file. */
export const fileTaken = z.object({ bytes: z.int() });
export type FileTaken = z.infer<typeof fileTaken>;
