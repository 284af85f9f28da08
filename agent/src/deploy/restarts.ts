import type { Restart } from "../../contract/index.ts";
import type { ContainerFacts, RestartPolicy } from "../docker/container.ts";
import type { ReleaseRow } from "../store/index.ts";

type Kept = Pick<ReleaseRow, "config">;

const policies: Record<Restart, RestartPolicy> = { always: "unless-stopped", onFailure: "on-failure", never: "no" };

/** What Docker does when a process of a live release ends; what its settings do not say in a word that is known here: always. */
export const policyOf = ({ config: { restart = "always" } }: Kept): RestartPolicy => (Object.hasOwn(policies, restart) ? policies[restart as Restart] : policies.always);

/** Whether a process that ended with such a code stays ended. */
export const staysEnded = (release: Kept, exitCode: number | null): boolean => {
  const policy = policyOf(release);
  return policy === "no" || (policy === "on-failure" && exitCode === 0);
};

/** Of a container that was started once and has ended. */
export const rests = (release: Kept, { running, restarting, startedAt, exitCode }: Pick<ContainerFacts, "running" | "restarting" | "startedAt" | "exitCode">): boolean =>
  !running && !restarting && startedAt > 0 && staysEnded(release, exitCode);
