import { eventIterator } from "@orpc/contract";
import * as z from "zod";
import * as name from "./names.ts";
import { open } from "./open.ts";
import { MOST_REPLICAS } from "./shapes.ts";
import { ask, deploy, own, procedure, type ProcedureMeta } from "./procedure.ts";

/** At most so many bytes of what was typed in one call. */
export const TERMINAL_INPUT_BYTES = 16 * 1024;
/** So many bytes may be on their way to a reader before it has said that they were taken. */
export const TERMINAL_WINDOW = 512 * 1024;
/** Calls of `write` that a writer may have on their way at once; they may arrive in any order. */
export const TERMINAL_WRITES_AT_ONCE = 8;

const base64 = z.base64().max(Math.ceil(TERMINAL_INPUT_BYTES / 3) * 4);
const rows = z.int().min(1).max(1000);
const columns = z.int().min(1).max(2000);

/** Of an instance; without one, the first that is live. */
const ordinal = z.int().min(1).max(MOST_REPLICAS);

/** Where the shell runs: on the server itself, or in the container of an instance of a service's live release. */
export const terminalTarget = z.discriminatedUnion("type", [
  z.object({ type: z.literal("server") }),
  z.object({ type: z.literal("service"), serviceId: name.id, instance: ordinal.optional() }),
]);

/** As it is answered: there may be more places than a window knows. */
const openTarget = z.object({ type: open<"server" | "service">(), serviceId: name.id.optional(), instance: z.int().optional() });

export const terminal = z.object({
  id: name.id,
  target: openTarget,
  openedAt: name.timestamp,
  /** A window shows it now. */
  watched: z.boolean(),
  ended: z.boolean(),
  /** Of the shell; null while it runs, and where it was never told. */
  exitCode: z.int().nullable(),
});

/** Bytes of the terminal's output in base64; `cursor` is behind them. */
export const terminalBatch = z.object({
  cursor: name.cursor,
  data: z.string(),
  ended: z.boolean(),
  exitCode: z.int().nullable(),
  /** Output before this batch is no longer kept. */
  gap: z.boolean(),
});

/** Done for every key that is pressed: never kept, never in the audit trail; only the caller's own terminals answer. */
const typing = procedure.meta({ role: "deployer", mutation: false } satisfies ProcedureMeta);

export const terminals = {
  /** A login shell as the login whose socket was called. */
  openServer: own.input(z.object({ rows, columns })).output(terminal),
  /** A shell in the container of an instance of the live release: it sees the service's variables. */
  openService: deploy.input(z.object({ environmentId: name.id.optional(), serviceId: name.id, instance: ordinal.optional(), rows, columns })).output(terminal),
  /** The caller's own, oldest first. */
  list: ask.input(z.object({})).output(z.array(terminal)),
  /** All output that is kept, or what came after `after`, then live until the end. A newer reader takes it over. */
  output: typing.input(z.object({ id: name.id, after: name.cursor.optional() })).output(eventIterator(terminalBatch)),
  /** The reader has shown everything before `cursor`; without this word the output stops at the window. */
  taken: typing.input(z.object({ id: name.id, cursor: name.cursor })).output(z.object({})),
  /** Typed text, exactly once: `sequence` counts a writer's calls from 0, a repeated one is dropped. */
  write: typing
    .input(z.object({ id: name.id, writer: z.uuid(), sequence: z.int().min(0), data: base64 }))
    .output(z.object({})),
  resize: typing.input(z.object({ id: name.id, rows, columns })).output(z.object({})),
  /** Ends the shell with SIGHUP, as closing a window does. */
  close: deploy.input(z.object({ id: name.id })).output(z.object({})),
};

export type Terminal = z.infer<typeof terminal>;
export type TerminalTarget = z.infer<typeof terminalTarget>;
export type TerminalBatch = z.infer<typeof terminalBatch>;
