import type { ReleaseRow } from "../store/index.ts";

/** What every release is told about itself, at build time of a site and at run time of an app. */
export function releaseVariables(release: Pick<ReleaseRow, "id" | "commit">): Record<string, string> {
  return {
    AEROPLANE_RELEASE_ID: release.id,
    ...(release.commit === null ? {} : { AEROPLANE_COMMIT_SHA: release.commit.sha }),
  };
}

/** The environment of a container. PORT is the port that is checked and routed, whatever the variables say. */
export function containerEnvironment(release: ReleaseRow, variables: Record<string, string>): string[] {
  return Object.entries({
    ...variables,
    ...releaseVariables(release),
    ...(release.port === null ? {} : { PORT: String(release.port) }),
  }).map(([name, value]) => `${name}=${value}`);
}
