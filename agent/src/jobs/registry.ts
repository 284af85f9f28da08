import { describe, fail, type Problem, type Step } from "../../contract/index.ts";
import type { JobRow, NewJob } from "../store/index.ts";
import type { Claim, Subject } from "./claims.ts";
import type { JobEntry } from "./entry.ts";
import type { Lane } from "./schedule.ts";

/** A new job as its kind plans it. */
export type Plan = {
  row: NewJob;
  claims: readonly Claim[];
  lane: Lane | null;
  /** What the new one makes pointless. */
  endsOther(other: JobRow): boolean;
  /** Of these, what it does in their place. */
  supersedes(other: JobRow): boolean;
  /** What is said of one in whose place it is done. */
  why(other: JobRow): Problem;
};

const subjectOf = ({ projectId, environmentId, serviceId }: Partial<Subject>): Subject => ({
  projectId: projectId ?? null,
  environmentId: environmentId ?? null,
  serviceId: serviceId ?? null,
});

/** Of one from before claims were kept. What it was about may be gone by now; then there is nothing to hold. */
function claimsAgain(kind: JobEntry, asked: Parameters<JobEntry["claims"]>[0]): readonly Claim[] {
  try {
    return kind.claims(asked);
  } catch {
    return [];
  }
}

/** The kinds of jobs, each one entry: nothing else asks for a kind by its name. */
export function createRegistry() {
  const entries = new Map<string, JobEntry>();
  const entry = (kind: string) => entries.get(kind);

  const named = ({ kind, subject }: Pick<JobRow, "kind" | "subject">) => `${entry(kind)?.words.doing ?? kind} ${subject}`;

  /** Whether its success makes all of this go. */
  function deletes(job: Pick<JobRow, "kind" | keyof Subject>, subject: Subject): boolean {
    const what = entry(job.kind)?.deletes;
    return what !== undefined && job[`${what}Id`] !== null && job[`${what}Id`] === subject[`${what}Id`];
  }

  return {
    entry,
    add(more: readonly JobEntry[]): void {
      for (const each of more) {
        if (entries.has(each.kind)) throw new Error(`Two entries for jobs of the kind ${each.kind}`);
        entries.set(each.kind, each);
      }
    },
    /** A kind of another version of the agent is called by its own name. */
    words: (kind: string) => entry(kind)?.words ?? { doing: kind, done: "ended" },
    deletes,
    plan(job: NewJob): Plan {
      const kind = entry(job.kind);
      if (kind === undefined) throw fail("JOB_KIND_UNKNOWN", { kind: job.kind });
      const asked = { input: kind.input.parse(job.input ?? {}), subject: subjectOf(job) };
      const steps = kind.steps(asked).map((step): Step => ({ ...step, state: "waiting", detail: null, progress: null, startedAt: null, endedAt: null }));
      const own = { ...job, input: asked.input, steps };
      const supersedes = (other: JobRow) => other.state === "queued" && (kind.supersedes?.(other, asked) ?? false);
      return {
        row: own,
        claims: kind.claims(asked),
        lane: kind.lane?.(asked) ?? null,
        endsOther: (other) => deletes({ kind: job.kind, ...asked.subject }, other) || supersedes(other),
        supersedes,
        why: (other) => describe("SUPERSEDED", { what: named(other), by: named(job) }),
      };
    },
    /** Of one that an earlier life admitted: by the claims that it has, where they were kept. */
    planAgain(job: JobRow, kept: readonly Claim[]): Pick<Plan, "claims" | "lane"> {
      const kind = entry(job.kind);
      if (kind === undefined) return { claims: kept, lane: null };
      const input = kind.input.safeParse(job.input);
      // It fails when its turn comes, and says so.
      if (!input.success) return { claims: kept, lane: null };
      const asked = { input: input.data, subject: subjectOf(job) };
      return { claims: kept.length > 0 ? kept : claimsAgain(kind, asked), lane: kind.lane?.(asked) ?? null };
    },
  };
}
export type Registry = ReturnType<typeof createRegistry>;
