import type { Claim, Runner } from "../jobs/index.ts";

type Given<Subject> = {
  jobs: Pick<Runner, "hold" | "onFree">;
  keyOf(subject: Subject): string;
  /** What must be held to mend it; null: it is not there any more. */
  claimsOf(subject: Subject): readonly Claim[] | null;
  /** Under those claims: reads again what should be and what is, and mends the difference. */
  mend(subject: Subject): Promise<void>;
};

/**
 * Looks after services (or what holds them) one by one, each under the claims of a job of its own: one that drains holds up
 * no other. Where a job or an earlier look is at work it is left, and looked at again when that gives back what it holds.
 */
export function createLooks<Subject>({ jobs, keyOf, claimsOf, mend }: Given<Subject>) {
  const going = new Map<string, Promise<void>>();
  const left = new Map<string, Subject>();

  function look(subject: Subject): void {
    const claims = claimsOf(subject);
    if (claims === null) return;
    const key = keyOf(subject);
    // Held in the same breath as its row was read: nothing can have come between.
    const release = jobs.hold(claims);
    if (release === null) return void left.set(key, subject);
    const work = mend(subject).finally(() => {
      going.delete(key);
      release();
      if (left.delete(key)) look(subject);
    });
    going.set(key, work);
  }
  function lookAgain() {
    const again = [...left].filter(([key]) => !going.has(key));
    for (const [key] of again) left.delete(key);
    for (const [, subject] of again) look(subject);
  }
  jobs.onFree(lookAgain);

  return {
    /** Begins at once and answers at once. */
    look,
    /** All that are under way now have ended. */
    idle: () => Promise.allSettled(going.values()),
  };
}
