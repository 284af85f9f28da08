import { entryOf, type Deployment } from "@aeroplane/agent/contract";

export function titleOf({ commit, image, state, why }: Pick<Deployment, "commit" | "image" | "state" | "why">): string {
  const what = commit?.message ?? image;
  if (why === "rollback") return what === null ? "Rollback" : `Rollback to ${what}`;
  return what ?? (state === "queued" ? "Waits for its turn" : "Deployment");
}

/** One for the newest needs no word, and a rollback is called so; a reason of a newer agent is told by its own name. */
const reasons: Record<string, string | null> = { asked: null, redeploy: "redeploy", rollback: null };

/** Who asked for it and why, as far as that is known: ["Noor Haddad", "redeploy"]. */
export const reasonsOf = ({ by, why }: Pick<Deployment, "by" | "why">): string[] => [by ?? null, why === undefined ? null : Object.hasOwn(reasons, why) ? (entryOf(reasons, why) ?? null) : why].filter((word) => word !== null);
