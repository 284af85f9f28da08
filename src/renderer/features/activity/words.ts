import { wordsOf, type AuditOutcome, type AuditRow } from "@aeroplane/agent/contract";
import type { Tone } from "../../data/servers.ts";

/** What a click of the doctor is called in a line about it. */
const mended: Record<string, string> = {
  "docker.start": "Docker, which was started",
  "caddy.ensure": "Caddy",
  "builds.prune": "the build cache, which was removed",
  "names.sync": "the private names",
  "clock.sync": "the clock",
};

/** "Deployed web in shop". */
export function whatOf({ procedure, outcome, subject }: Pick<AuditRow, "procedure" | "outcome" | "subject">): string {
  const about = procedure === "doctor.fix" && subject !== null ? (mended[subject] ?? subject) : subject;
  const words = wordsOf(procedure, outcome);
  if (about === null) return words.replace(/ of$| in$/, (end) => `${end} something that is gone`);
  return procedure.startsWith("agent.") ? `${words} (${about})` : `${words} ${about}`;
}

/** The person by name, else the login; nobody did what the agent did by itself. */
export const whoOf = ({ person, login }: Pick<AuditRow, "person" | "login">): string => person ?? login ?? "the agent";

export const outcomes: Record<AuditOutcome, { word: string; tone: Tone }> = {
  ok: { word: "Done", tone: "ok" },
  failed: { word: "Failed", tone: "bad" },
  running: { word: "Running", tone: "warn" },
  cancelled: { word: "Cancelled", tone: "idle" },
};
