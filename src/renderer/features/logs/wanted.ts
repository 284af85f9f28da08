import type { Deployment, LogFilter, LogLevel, Service } from "@aeroplane/agent/contract";

/** What somebody has chosen to see of a service's log. */
export type Wanted = {
  text: string;
  level: LogLevel | null;
  time: { name: string; from?: number; until?: number } | null;
  /** Null: of all releases but failed ones. */
  release: "all" | { id: string } | null;
};
export const EVERYTHING: Wanted = { text: "", level: null, time: null, release: null };

/** A failed release's lines stand apart: nobody has been served by it, and what it says is not said by what runs. */
export function filterOf({ text, level, time, release }: Wanted, failed: readonly string[]): LogFilter {
  const word = text.trim().toLowerCase();
  return {
    ...(word === "" ? {} : { text: word }),
    ...(level === null || level === "debug" ? {} : { level }),
    ...(time?.from === undefined ? {} : { from: time.from }),
    ...(time?.until === undefined ? {} : { until: time.until }),
    ...(release !== null && release !== "all" ? { only: [release.id] } : {}),
    ...(release === null && failed.length > 0 ? { except: failed.slice(0, 100) } : {}),
  };
}

export const isAll = ({ text, level, time, release }: Wanted): boolean => text.trim() === "" && level === null && time === null && release === null;

/** Of one that never went live, and is not on its way to it. */
export function failedReleases(deployments: readonly Deployment[], service: Pick<Service, "liveRelease">): Deployment[] {
  return deployments.filter(({ state, releaseId }) => releaseId !== null && releaseId !== service.liveRelease?.id && (state === "failed" || state === "cancelled"));
}

/** "Release 3f2a1bc · Say hello": what a person knows it by. */
export function titleOfRelease(id: string, deployments: readonly Deployment[], service: Pick<Service, "liveRelease">): string {
  const known = deployments.find(({ releaseId }) => releaseId === id);
  const { commit, image } = known ?? (service.liveRelease?.id === id ? service.liveRelease : { commit: null, image: null });
  if (commit) return `Release ${commit.sha.slice(0, 7)} · ${commit.message.split("\n")[0]}`;
  return image ? `Release of ${image}` : `Release ${id.slice(-8)}`;
}
