import { agentContract, names, problem, wireErrors } from "@aeroplane/agent/contract";
import { eventIterator, oc } from "@orpc/contract";
import * as z from "zod";
import { arrangeProcedures } from "./arrange.ts";
import * as entity from "./entities.ts";
import { knownProcedures } from "./known.ts";
import { uninstallBatch, uninstallInput } from "./prepare.ts";
import { secretsProcedures } from "./secrets.ts";
import { serverChanges } from "./server-changes.ts";
import { sshContract } from "./ssh.ts";
import { transferProcedures } from "./transfers.ts";

const procedure = oc.errors(wireErrors);
const nothing = z.object({});
const byId = z.object({ id: names.id });

export const desktopContract = {
  app: {
    info: procedure.input(nothing).output(
      z.object({
        version: z.string(),
        platform: z.string(),
        host: z.enum(["electron", "web"]),
        secretStore: entity.secretStore,
        configFolder: z.string(),
      }),
    ),
  },

  servers: {
    list: procedure.input(nothing).output(z.array(entity.server)),
    /** The whole list at once, then each server that changed. */
    watch: procedure.input(nothing).output(eventIterator(serverChanges)),
    /** Adds it and begins to connect; questions come as prompts. */
    add: procedure
      .input(
        z.object({
          name: names.title.optional(),
          user: entity.loginName,
          address: entity.serverAddress,
          port: names.port.default(22),
          auth: entity.auth,
          alias: entity.login.shape.alias,
          jumps: entity.login.shape.jumps,
          client: entity.login.shape.client,
          door: entity.login.shape.door,
        }),
      )
      .output(entity.server),
    addLocal: procedure.input(nothing).output(entity.server),
    rename: procedure.input(z.object({ id: names.id, name: names.title })).output(entity.server),
    /** Forgets it here, with its kept secrets; the server itself is not touched. */
    remove: procedure.input(byId).output(nothing),
    /** Connects now, without waiting for the next attempt. */
    connect: procedure.input(byId).output(entity.server),
    disconnect: procedure.input(byId).output(entity.server),
    /** Connects anew and tries the agent of this app again that the server refused. */
    upgrade: procedure.input(byId).output(entity.server),
    /** Another sign-in to the same server; kept, and connected by, only after it has worked. Questions come as prompts. */
    changeLogin: procedure.input(entity.login.extend({ id: names.id })).output(entity.server),
    /** The other way to its agent, as the person's own choice; connects again through it. */
    setDoor: procedure.input(z.object({ id: names.id, door: entity.login.shape.door })).output(entity.server),
    /** Takes everything of ours off the server; it stays in the list until it is forgotten. Asked twice it is one. */
    uninstall: procedure.input(uninstallInput).output(eventIterator(uninstallBatch)),
    ...arrangeProcedures,
    /** What the way to it carries: a few seconds of made-up bytes in each direction. */
    measure: procedure.input(byId).output(entity.linkSpeed),
    /** The computer slept or is in another network: every connection is looked at now, none is waited for. */
    wake: procedure.input(nothing).output(nothing),
  },

  secrets: secretsProcedures,
  known: knownProcedures,
  transfers: transferProcedures,
  ssh: sshContract,

  prompts: {
    /** All open questions, at once and again after every change. */
    watch: procedure.input(nothing).output(eventIterator(z.array(entity.prompt))),
    answer: procedure.input(z.object({ id: z.string().max(64), answer: entity.answer })).output(nothing),
  },

  local: {
    check: procedure.input(nothing).output(entity.localCheck),
    /** Installs what is missing; lines of output, then the result as the last batch. */
    install: procedure.input(nothing).output(
      eventIterator(
        z.object({ lines: z.array(z.string()), ended: z.boolean(), problem: problem.nullable() }),
      ),
    ),
  },

  streams: {
    /** How many batches of a stream the window has taken; the producer runs at most a window ahead (see credit.ts). */
    taken: procedure.input(z.object({ stream: z.string().min(8).max(64), taken: z.int().nonnegative() })).output(nothing),
  },

  /** Every procedure of the agent, for the server named in the call's context (header `x-aeroplane-server`). */
  agent: agentContract,
};
export type DesktopContract = typeof desktopContract;
