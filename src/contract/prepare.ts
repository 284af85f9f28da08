import { names, problem } from "@aeroplane/agent/contract";
import * as z from "zod";

/** One finding about a server: of the check before preparing it, and of the page that shows it later. */
export const check = z.object({
  id: z.string(),
  state: z.enum(["ok", "warn", "fail"]),
  /** What was found, in a few words: "Debian 13 on x64". */
  detail: z.string(),
  /** What it means and what to do; null where nothing is wrong. */
  problem: problem.nullable(),
});
export type Check = z.infer<typeof check>;

/** One step of a long act on a server. */
export const prepareStep = z.object({
  label: z.string(),
  state: z.enum(["waiting", "running", "done", "failed"]),
  milliseconds: z.int().nullable(),
  /** 0 to 1, where known. */
  progress: z.number().nullable(),
  /** The last line of what runs, such as a package manager's. */
  line: z.string().max(500).optional(),
});

export const uninstallInput = z.object({
  id: names.id,
  /** keep: containers and sites go on without an agent. remove: they go with all their data. */
  apps: z.enum(["keep", "remove"]),
  /** The server's name, typed. */
  confirm: z.string().max(200),
});

/** The whole state, at once and again after every change of it; leaving does not stop it. */
export const uninstallBatch = z.object({ steps: z.array(prepareStep), ended: z.boolean(), problem: problem.nullable() });
export type UninstallBatch = z.infer<typeof uninstallBatch>;
