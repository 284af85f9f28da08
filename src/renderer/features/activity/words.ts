import { entryOf, wordsOf, type AuditOutcome, type AuditRow } from "@aeroplane/agent/contract";
import type { Tone } from "../../data/servers.ts";

/** What a click of the doctor does, as a sentence about it: the same table as of acts, one level deeper. */
const mends: Record<string, { done: string; failed: string }> = {
  "docker.start": { done: "Started Docker", failed: "Could not start Docker" },
  "caddy.ensure": { done: "Started Caddy", failed: "Could not start Caddy" },
  "caddy.port": { done: "Had the port for sites kept open", failed: "Could not have the port for sites kept open" },
  "builds.prune": { done: "Removed the build cache", failed: "Could not remove the build cache" },
  "names.sync": { done: "Wrote the private names again", failed: "Could not write the private names again" },
  "clock.sync": { done: "Switched time synchronisation on", failed: "Could not switch time synchronisation on" },
};

/** "Deployed web in shop". */
export function whatOf({ procedure, outcome, subject }: Pick<AuditRow, "procedure" | "outcome" | "subject">): string {
  const mend = procedure === "doctor.fix" && subject !== null ? entryOf(mends, subject) : undefined;
  if (mend && outcome === "ok") return mend.done;
  if (mend && outcome === "failed") return mend.failed;
  const words = wordsOf(procedure, outcome);
  if (subject === null) return words.replace(/ of$| in$/, (end) => `${end} something that is gone`);
  return procedure.startsWith("agent.") ? `${words} (${subject})` : `${words} ${subject}`;
}

/** The person by name, else the login; nobody did what the agent did by itself. */
export const whoOf = ({ person, login }: Pick<AuditRow, "person" | "login">): string => person ?? login ?? "the agent";

export const outcomes: Record<AuditOutcome, { word: string; tone: Tone }> = {
  ok: { word: "Done", tone: "ok" },
  failed: { word: "Failed", tone: "bad" },
  running: { word: "Running", tone: "warn" },
  cancelled: { word: "Cancelled", tone: "idle" },
};

/** One that this window does not know is called by its own name. */
export const outcomeOf = (outcome: string): { word: string; tone: Tone } => entryOf(outcomes, outcome) ?? { word: outcome, tone: "idle" };
