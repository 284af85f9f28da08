import { names, problem, wireErrors } from "@aeroplane/agent/contract";
import { oc } from "@orpc/contract";
import * as z from "zod";
import { hop, hostAlias, loginName, serverAddress } from "./entities.ts";

/** One host of ~/.ssh/config as the ssh command would reach it. */
export const resolvedHost = z.object({
  alias: hostAlias,
  user: loginName,
  address: serverAddress,
  port: names.port,
  jumps: z.array(hop).max(8),
  identityFiles: z.array(z.string()),
  identitiesOnly: z.boolean(),
  /** Why only the system's own ssh can connect, in words such as "a ProxyCommand"; empty where the built-in client can. */
  needs: z.array(z.string()),
  /** Who read the file: the ssh program, or this app where there is none. */
  by: z.enum(["ssh", "app"]),
});
export type ResolvedHost = z.infer<typeof resolvedHost>;

/** Whether the system's own ssh can carry connections, and what it is called. */
export const systemSsh = z.object({ usable: z.boolean(), version: z.string().nullable(), why: z.string().nullable() });
export type SystemSsh = z.infer<typeof systemSsh>;

const procedure = oc.errors(wireErrors);

export const sshContract = {
  /** What can be picked in ~/.ssh/config, and what the ssh program of this computer can do. Runs nothing of the file. */
  hosts: procedure.input(z.object({})).output(
    z.object({
      hosts: z.array(z.object({ alias: hostAlias, file: z.string() })),
      /** Why the file was not read. */
      problem: problem.nullable(),
      system: systemSsh,
    }),
  ),
  /** Private key files in ~/.ssh, by their names; nothing of them is read but their first line. `chooses`: this host can ask for any other. */
  keys: procedure.input(z.object({})).output(z.object({ keys: z.array(z.string()), chooses: z.boolean() })),
  /** A file that the person chooses in a dialog of the system; null: none, or a host without dialogs. */
  chooseKey: procedure.input(z.object({})).output(z.object({ path: z.string().nullable() })),
  /** Resolves one of them; programs that the file names (Match exec) run, as they do for ssh. */
  resolve: procedure.input(z.object({ alias: hostAlias })).output(resolvedHost),
  /**
   * Takes the old key of a server, or of a host on the way to it, out of known_hosts and the own record. `typed` is the
   * host's name, typed by the person.
   */
  forgetHostKey: procedure
    .input(z.object({ id: names.id, address: serverAddress, typed: z.string().max(253) }))
    .output(z.object({ removed: z.array(z.string()) })),
};
