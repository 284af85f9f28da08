import { logFilter, names, problem, variablesTaken, wireErrors } from "@aeroplane/agent/contract";
import { eventIterator, oc } from "@orpc/contract";
import * as z from "zod";

const procedure = oc.errors(wireErrors);
const byId = z.object({ id: names.id });

/** Where the web host takes and gives bodies of offers: this and the id of one. */
export const RAW_WEB_PATH = "/raw/";
/** Its secret; never in an address. */
export const OFFER_HEADER = "x-aeroplane-offer";
/** In a slice of an upload: where it begins. */
export const SLICE_HEADER = "x-aeroplane-offset";
/** A browser uploads no more than that at once: bytes. */
export const SLICE = 4 * 1024 ** 2;

/** One file on its way between this computer and a server. */
export const transfer = z.object({
  id: names.id,
  serverId: names.id,
  direction: z.enum(["down", "up"]),
  /** Of the file. */
  name: z.string(),
  /** Bytes. */
  done: z.int(),
  size: z.int(),
  /** Bytes per second of late; null: not known yet. */
  perSecond: z.number().nullable(),
  state: z.enum(["waiting", "running", "done", "failed", "cancelled"]),
  problem: problem.nullable(),
  /** Whether it can be shown in its folder. */
  onDisk: z.boolean(),
  /** Of a file of variables that was taken. */
  variables: variablesTaken.nullable(),
  at: names.timestamp,
});
export type Transfer = z.infer<typeof transfer>;

/** For a page that reads or writes the file itself: good for that page and this one transfer. */
export const offer = z.object({ id: names.id, secret: z.string(), name: z.string(), size: z.int() });
export type Offer = z.infer<typeof offer>;

/** Begun, with an offer where the page has its part to do; null: the person chose no file. */
const begun = z.object({ transfer, offer: offer.nullable() }).nullable();

const log = z.discriminatedUnion("type", [
  z.object({ type: z.literal("deployment"), id: names.id }),
  /** Of a command that is or was run once; the id is its job's. */
  z.object({ type: z.literal("command"), id: names.id }),
  /** With a filter the lines alone that it wants. */
  z.object({ type: z.literal("service"), id: names.id, environmentId: names.id, filter: logFilter.optional() }),
]);
export type LogOf = z.infer<typeof log>;

const file = z.object({ name: z.string().min(1).max(255), size: z.int().nonnegative() });
const volume = z.object({ id: names.id, environmentId: names.id });
/** From the volume's own folder on, which is the empty one. */
const filePath = z.string().max(4096);

export const transferProcedures = {
  /** All of this life of the app, newest first, at once and again after every change. */
  watch: procedure.input(z.object({})).output(eventIterator(z.array(transfer))),
  /** A log, or what was found in it, into a file that the person chooses. */
  downloadLog: procedure.input(z.object({ serverId: names.id, log })).output(begun),
  /** A `.env` that the person chooses; a page that has chosen one itself says its name and size. */
  uploadVariables: procedure
    .input(
      z.object({
        serverId: names.id,
        environmentId: names.id,
        serviceId: names.id.nullable(),
        /** What it says is staged; an agent without a stage sets it at once. */
        stage: z.boolean().default(false),
        file: file.nullable(),
      }),
    )
    .output(begun),
  /** A file of a volume, or a folder with all that is in it, into a file that the person chooses. */
  downloadFile: procedure.input(z.object({ serverId: names.id, volume, path: filePath })).output(begun),
  /** A file that the page has, into a volume: new, or in place of the one that is there, whole or not at all. The page brings it. */
  uploadFile: procedure.input(z.object({ serverId: names.id, volume, path: filePath, file })).output(z.object({ transfer, offer })),
  /** A slice of what an offer is for, where there is no web host that takes it; answers when the next one may come. */
  bring: procedure.input(z.object({ id: names.id, secret: z.string().max(100), at: z.int().nonnegative(), bytes: z.base64().max(Math.ceil(SLICE / 3) * 4) })).output(z.object({})),
  cancel: procedure.input(byId).output(z.object({})),
  /** Off the list; one that runs stays. */
  dismiss: procedure.input(byId).output(z.object({})),
  /** In the folder of this computer. */
  show: procedure.input(byId).output(z.object({})),
};
