import type { Failure, Role } from "../../contract/index.ts";
import type { Sink, Source } from "../../lane/index.ts";
import type { Core } from "../core.ts";
import type { RawTicketRow } from "../store/index.ts";
import { fileOf } from "./spool.ts";
import { madeUp, thrownAway } from "./speed.ts";
import { fileUpload, stillThere, sweepUpload } from "../volumes/upload.ts";
import { openArchive, type FolderTaken } from "../volumes/tar-source.ts";
import { openTaken, type FileTaken } from "../volumes/file-source.ts";
import { variablesFile } from "./variables-file.ts";

/** What is read, until it is closed. */
export type OpenSource = Source & { close(): Promise<void> };

/** What is sent, as far as it has come. */
export type Upload = {
  sink: Sink;
  /** All has come and is whole: does what it was sent for, ends the ticket by `commit` in the same transaction, and answers what came of it. */
  finish(commit: (result: unknown) => void): Promise<unknown>;
  /** Why no more of it is taken; what has come is of no use then. */
  failed?(): Failure | null;
  /** Nothing more is made of it: what has come goes. Also called after `finish`, whatever came of that. */
  drop?(): Promise<void>;
};

type Common = {
  /** Asked again at each request. */
  role: Role;
  /** So long a ticket is good, whether it is used or not. */
  seconds: number;
  /** Bytes. */
  largest: number;
};
type Down = { direction: "down"; open(core: Core, ticket: RawTicketRow): Promise<OpenSource> };
type Up = {
  direction: "up";
  /** What has come takes up memory or open files until it is whole: so many at most. */
  held: boolean;
  begin(core: Core, ticket: RawTicketRow): Upload;
  /** Of one that an earlier life of the agent has begun: removes what lies of it. */
  sweep?(ticket: RawTicketRow): Promise<void>;
};
export type Purpose = Common & (Down | Up);

const MiB = 1024 ** 2;
/** What lies in a volume is bounded by its disk alone. */
const LARGEST_FILE = 2 ** 50;

/** All that goes beside the calls. */
export const purposes = {
  log: { direction: "down", role: "viewer", seconds: 3600, largest: 4096 * MiB, open: ({ paths }, { id }) => fileOf(paths.rawFile(id)) },
  variables: { direction: "up", role: "deployer", seconds: 600, largest: MiB, held: true, begin: variablesFile },
  "speed.down": { direction: "down", role: "viewer", seconds: 600, largest: 1024 * MiB, open: async (_, { id }) => madeUp(id) },
  "speed.up": { direction: "up", role: "viewer", seconds: 600, largest: 1024 * MiB, held: false, begin: () => thrownAway() },
  "volume.file": { direction: "down", role: "deployer", seconds: 12 * 3600, largest: LARGEST_FILE, open: async (core, { about }) => openTaken(stillThere<FileTaken>(core, about)) },
  "volume.folder": { direction: "down", role: "deployer", seconds: 12 * 3600, largest: LARGEST_FILE, open: async (core, { id, about }) => openArchive(core.paths.rawFile(id), stillThere<FolderTaken>(core, about)) },
  "volume.upload": { direction: "up", role: "deployer", seconds: 12 * 3600, largest: LARGEST_FILE, held: true, begin: fileUpload, sweep: sweepUpload },
} as const satisfies Record<string, Purpose>;
export type PurposeName = keyof typeof purposes;

/** Null: of an agent that knew more than this one. */
export const purposeOf = ({ purpose }: Pick<RawTicketRow, "purpose">): Purpose | null => (Object.hasOwn(purposes, purpose) ? purposes[purpose as PurposeName] : null);
