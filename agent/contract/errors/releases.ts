import type { ErrorEntry } from "./entry.ts";

/** What can go wrong on the way back to a kept release. */
export const releaseErrors = {
  RELEASE_NOT_KEPT: {
    status: 404,
    retry: false,
    message: "The release {id} of {service} is not kept on this server.",
    next: "Choose one that is kept, or deploy its commit again.",
  },
  RELEASE_MATERIAL_GONE: {
    status: 422,
    retry: false,
    message: "{what} of the release {id} of {service} is not on this server any more.",
    next: "Deploy its commit or its image again; something besides Aeroplane has removed it.",
  },
  RELEASES_PINNED_TOO_MANY: {
    status: 409,
    retry: false,
    message: "{service} has {count} pinned releases, as many as a service can have.",
    next: "Unpin one that is no longer needed first.",
  },
} as const satisfies Record<string, ErrorEntry>;
