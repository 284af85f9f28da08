import type { Claim, Runner } from "../jobs/index.ts";

type Given = {
  jobs: Pick<Runner, "hold" | "onFree">;
  /** What must be held to mend it; null: it is not there any more. */
  claimsOf(serviceId: string): readonly Claim[] | null;
  /** Under those claims: reads again what should be and what is, and mends the difference. */
  mend(serviceId: string): Promise<void>;
};

/**
 * Looks after services one by one, each under the claims of a job of its own: one that drains holds up no other. Where a
 * job or an earlier look is at work the service is left, and looked at again when that gives back what it holds.
 */
export function createLooks({ jobs, claimsOf, mend }: Given) {
  const going = new Map<string, Promise<void>>();
  const left = new Set<string>();

  function look(serviceId: string): void {
    const claims = claimsOf(serviceId);
    if (claims === null) return;
    // Held in the same breath as its row was read: nothing can have come between.
    const release = jobs.hold(claims);
    if (release === null) return void left.add(serviceId);
    const work = mend(serviceId).finally(() => {
      going.delete(serviceId);
      release();
      if (left.delete(serviceId)) look(serviceId);
    });
    going.set(serviceId, work);
  }
  function lookAgain() {
    const again = [...left].filter((serviceId) => !going.has(serviceId));
    for (const serviceId of again) left.delete(serviceId);
    for (const serviceId of again) look(serviceId);
  }
  jobs.onFree(lookAgain);

  return {
    /** Begins at once and answers at once. */
    look,
    /** All that are under way now have ended. */
    idle: () => Promise.allSettled(going.values()),
  };
}
export type Looks = ReturnType<typeof createLooks>;
