import { entryOf, type Deployment } from "@aeroplane/agent/contract";

export const titleOf = (deployment: Deployment): string =>
  deployment.commit?.message ?? deployment.image ?? (deployment.state === "queued" ? "Waits for its turn" : "Deployment");

/** One for the newest needs no word; a reason of a newer agent is told by its own name. */
const reasons: Record<string, string | null> = { asked: null, redeploy: "redeploy" };

/** Who asked for it and why, as far as that is known: ["Noor Haddad", "redeploy"]. */
export const reasonsOf = ({ by, why }: Pick<Deployment, "by" | "why">): string[] => [by ?? null, why === undefined ? null : Object.hasOwn(reasons, why) ? (entryOf(reasons, why) ?? null) : why].filter((word) => word !== null);
