import type { Role } from "../../contract/index.ts";
import type { Sink, Source } from "../../lane/index.ts";
import type { Core } from "../core.ts";
import type { RawTicketRow } from "../store/index.ts";
import { fileOf } from "./spool.ts";
import { madeUp, thrownAway } from "./speed.ts";
import { variablesFile } from "./variables-file.ts";

/** What is read, until it is closed. */
export type OpenSource = Source & { close(): Promise<void> };

/** What is sent, as far as it has come. */
export type Upload = {
  sink: Sink;
  /** All has come and is whole: does what it was sent for, ends the ticket by `commit` in the same transaction, and answers what came of it. */
  finish(commit: (result: unknown) => void): Promise<unknown>;
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
  /** What has come lies in memory until it is whole. */
  inMemory: boolean;
  begin(core: Core, ticket: RawTicketRow): Upload;
};
export type Purpose = Common & (Down | Up);

const MiB = 1024 ** 2;

/** All that goes beside the calls. */
export const purposes = {
  log: { direction: "down", role: "viewer", seconds: 3600, largest: 4096 * MiB, open: ({ paths }, { id }) => fileOf(paths.rawFile(id)) },
  variables: { direction: "up", role: "deployer", seconds: 600, largest: MiB, inMemory: true, begin: variablesFile },
  "speed.down": { direction: "down", role: "viewer", seconds: 600, largest: 1024 * MiB, open: async (_, { id }) => madeUp(id) },
  "speed.up": { direction: "up", role: "viewer", seconds: 600, largest: 1024 * MiB, inMemory: false, begin: () => thrownAway() },
} as const satisfies Record<string, Purpose>;
export type PurposeName = keyof typeof purposes;

/** Null: of an agent that knew more than this one. */
export const purposeOf = ({ purpose }: Pick<RawTicketRow, "purpose">): Purpose | null => (Object.hasOwn(purposes, purpose) ? purposes[purpose as PurposeName] : null);
