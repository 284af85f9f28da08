import { wireErrors } from "@aeroplane/agent/contract";
import { oc } from "@orpc/contract";
import * as z from "zod";
import { secretStore } from "./entities.ts";

const procedure = oc.errors(wireErrors);
const nothing = z.object({});

/** A new one; what opens an existing file is taken as it is. */
const newPassphrase = z.string().min(8, "At least 8 characters").max(1024).refine((text) => text.isWellFormed(), "Not a text");
const passphrase = z.string().min(1).max(1024);

/** Where secrets are kept, and what can be done about it. */
export const secretsState = secretStore.extend({
  /** The system's own keychain, whether or not it is the one that is used. */
  keychain: z.enum(["works", "locked", "absent"]),
  /** Null where there is no sealed file. `open`: its passphrase was given since the app began. */
  file: z.object({ path: z.string(), open: z.boolean(), entries: z.int(), damaged: z.boolean() }).nullable(),
  /** Why the last secret that was to be kept is not. */
  trouble: z.string().nullable(),
});
export type SecretsState = z.infer<typeof secretsState>;

export const secretsProcedures = {
  status: procedure.input(nothing).output(secretsState),
  /** From now on in a sealed file. `replace`: puts an existing one aside and begins anew, for a passphrase that is lost. */
  keepInFile: procedure.input(z.object({ passphrase: newPassphrase, replace: z.boolean().default(false) })).output(secretsState),
  /** Opens the sealed file for this session; null: asks the system to unlock its keychain. */
  unlock: procedure.input(z.object({ passphrase: passphrase.nullable() })).output(secretsState),
  /** Closes the sealed file, and forgets what this session knows. */
  lock: procedure.input(nothing).output(secretsState),
  changePassphrase: procedure.input(z.object({ current: passphrase, next: newPassphrase })).output(secretsState),
  /** Moves what the open file holds into the system's keychain; the file goes. */
  useKeychain: procedure.input(nothing).output(secretsState),
  /** Everything kept on this computer: in the keychain, in the sealed file, in memory. */
  forgetAll: procedure.input(nothing).output(secretsState),
};
