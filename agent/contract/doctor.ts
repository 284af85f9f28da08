import * as z from "zod";
import * as name from "./names.ts";
import { open } from "./open.ts";
import { problem } from "./problem.ts";
import { ask, own } from "./procedure.ts";

/** In the order in which a page shows them. */
export const CHECK_GROUPS = ["agent", "docker", "builds", "web", "storage", "memory", "network", "time", "system", "access"] as const;
export const checkGroup = z.enum(CHECK_GROUPS);
export type CheckGroup = z.infer<typeof checkGroup>;

/** What a click can mend: safe to repeat, and nothing of a person's is touched. */
export const FIXES = ["docker.start", "caddy.ensure", "caddy.port", "builds.prune", "names.sync", "clock.sync"] as const;
export const fixId = z.enum(FIXES);
export type FixId = z.infer<typeof fixId>;

/** One fact about a server with its judgement: of the running system (here), or of one that is about to be prepared. */
export const check = z.object({
  /** Stable, such as "docker.version". */
  id: open(),
  group: open<CheckGroup>(),
  title: z.string(),
  /** unknown: it could not be asked, or did not answer in time. */
  state: open<"ok" | "warn" | "fail" | "unknown">(),
  /** Figures with their units, one line; more lines where there is more to tell. */
  detail: z.string().nullable(),
  problem: problem.nullable(),
  /** The program of ours that it is about, so that a window which knows more can judge it too. */
  part: z.object({ name: open<"node" | "caddy" | "buildx">(), version: z.string() }).optional(),
  /** What mends it by hand, one command a line, as root on the server. */
  commands: z.array(z.string()).default([]),
  /** What mends it by a click, and what that click does. */
  fix: z.object({ id: open<FixId>(), label: z.string(), consequence: z.string() }).nullable().default(null),
});
export type Check = z.infer<typeof check>;

export const doctorReport = z.object({
  /** The server's clock when it looked. */
  at: name.timestamp,
  milliseconds: z.int(),
  checks: z.array(check),
});
export type DoctorReport = z.infer<typeof doctorReport>;

export const doctorProcedures = {
  /** Looks at everything now, each check for 5 s at most; `desktopTime` is compared with the server's clock. */
  check: ask.input(z.object({ desktopTime: name.timestamp })).output(doctorReport),
  /** Mends one thing and says in words what was done; whether it helped, the next look tells. */
  fix: own.input(z.object({ id: fixId })).output(z.object({ done: z.string() })),
};
