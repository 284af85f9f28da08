import * as z from "zod";
import * as name from "./names.ts";

/** Where bodies too large for a call go, beside the calls: RAW_PATH and the id of a ticket. */
export const RAW_PATH = "/raw/";
/** The ticket's secret; never in an address. */
export const TICKET_HEADER = "x-aeroplane-ticket";
/** The first byte that a request sends or wants; in answers, the one that is wanted next. */
export const OFFSET_HEADER = "x-aeroplane-offset";
/** Bytes of the whole. */
export const SIZE_HEADER = "x-aeroplane-size";
/** SHA-256 of the whole in hex, behind its last byte. */
export const HASH_TRAILER = "x-aeroplane-sha256";

/** For one transfer of one thing that does not change meanwhile; whoever opened it may present it again until it is complete or has expired. */
export const rawTicket = z.object({
  id: name.id,
  /** Good for whoever asked for the ticket, and for nobody else. */
  secret: z.string(),
  /** Bytes. */
  size: z.int().nonnegative(),
  /** What a file of it may be called. */
  name: z.string(),
  expiresAt: name.timestamp,
});
export type RawTicket = z.infer<typeof rawTicket>;

/** A `.env` file that is taken whole or not at all: bytes. */
export const LARGEST_VARIABLES_FILE = 1024 ** 2;
/** What a link is measured with: bytes. */
export const LARGEST_SPEED = 1024 ** 3;

/** What came of an uploaded file of variables. */
export const variablesTaken = z.object({ names: z.array(z.string()), added: z.int(), replaced: z.int(), /** They wait for a Deploy. */ staged: z.boolean().default(false) });
export type VariablesTaken = z.infer<typeof variablesTaken>;
