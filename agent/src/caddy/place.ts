import { join } from "node:path";

export type ConfigPlace = {
  dataDir: string;
  /** Hostnames that stand in the config, sorted; all others are found by their links. */
  known: readonly string[];
  /** From 2.11.6 on Caddy ends what is quiet for a minute, unless told otherwise; before that it knows no such words. */
  endsQuiet: boolean;
  /** Proxies whose word on where a request comes from is taken. */
  trusted: readonly string[];
};

/** The name of a host's target as content: a path that stays the same while what it leads to changes. */
export const hostTargetFile = (dataDir: string, hostname: string) => join(dataDir, "routes", "hosts", hostname, TARGET_FILE);
export const TARGET_FILE = "name";

/** So many services can hold their requests at the same time. */
export const SLOTS = 256;
/** Requests of a held service wait for so long, then they are told why. */
export const HOLD_SECONDS = 30;
/** Where a slot's requests go: one address to a file, 1 and on, so that no text has to be taken apart at each of many tries. */
export const SLOT_ADDRESSES = Array.from({ length: 4 }, (_, at) => String(at + 1));
/** Whose addresses those are. */
export const SLOT_RELEASE = "release";
/** What a slot says, read anew at every try. */
export const slotFolder = (dataDir: string, slot: number) => join(dataDir, "routes", "slots", String(slot));
/** A socket that is never there: who dials it is refused at once and tries again. */
export const nobody = (dataDir: string) => `unix/${join(dataDir, "routes", "slots", "nobody.sock")}`;

/** Set by Caddy on every answer of a release, over whatever the app itself says under that name. */
export const RELEASE_HEADER = "X-Aeroplane-Release";

/** Only on the private server: the target that the matcher found for a host. */
export const TARGET_HEADER = "X-Aeroplane-Target";
/** Asks the private server for the app of a ticket instead of a host's; the app never sees it. */
export const TRY_HEADER = "X-Aeroplane-Try";
/** On whatever comes of a try that found its ticket: the ticket. */
export const TRIED_HEADER = "X-Aeroplane-Tried";
/** On what the app of a ticket itself answered, over any header of that name: its address. */
export const ANSWERED_HEADER = "X-Aeroplane-Answered-By";
/** On an answer whose body is why Caddy got none from the app. */
export const FAULT_HEADER = "X-Aeroplane-Fault";

export const adminSocket = (dataDir: string) => join(dataDir, "caddy", "run", "admin.sock");
export const privateSocket = (dataDir: string) => join(dataDir, "caddy", "run", "confirm.sock");

/** Said to Caddy by its launcher: the socket that it was handed, or where it has to bind by itself. */
export const HTTP_VARIABLE = "AEROPLANE_HTTP";
/** Where visitors come in. The same text in every config, so that a Caddy that gets its port otherwise needs no other. */
export const httpListen = `{env.${HTTP_VARIABLE}}`;
