import type { ErrorEntry } from "./entry.ts";

/** What can go wrong with volumes of ours. */
export const volumeErrors = {
  VOLUME_PATHS_NEST: {
    status: 409,
    retry: false,
    message: "{path} and {other} of {service} are the same folder, or one is inside the other.",
    next: "Choose a path beside the other volume, or remove that one first.",
  },
  VOLUMES_TOO_MANY: {
    status: 409,
    retry: false,
    message: "{service} has {count} volumes, as many as a service can have.",
    next: "Remove one that is no longer needed first.",
  },
  VOLUME_ONE_INSTANCE: {
    status: 409,
    retry: false,
    message: "{service} is to have {count} instances and a volume, which one process alone may use.",
    next: "Set its replicas to 1, or remove its volumes.",
  },
  VOLUME_STILL_MOUNTED: {
    status: 409,
    retry: false,
    message: "The volume {volume} is still mounted by a release of {service}.",
    next: "Deploy {service} first: its next release is made without the volume.",
  },
  VOLUME_RETURNS: {
    status: 409,
    retry: false,
    message: "The volume {volume} is staged to come back to {service}.",
    next: "Discard that change first.",
  },
  VOLUME_MISSING: {
    status: 422,
    retry: false,
    message: "The volume {volume} of {service} is not on this server any more: something besides Aeroplane has removed it.",
    next: "Bring it back from a copy under the name {docker}, or remove the volume from the service and add a new one.",
  },
  VOLUME_CONTENT_NOT_COPIED: {
    status: 422,
    retry: true,
    message: "What {path} of {service} holds could not be copied into its volume: {why}.",
    next: "Nothing has been changed: the release that was live runs on as it was. Mend the cause, then deploy again.",
  },
  VOLUMES_UNKNOWN: {
    status: 409,
    retry: false,
    message: "Volumes with the labels of this server belong to no service and lie in no trash: {volumes}.",
    next: "Look into them with docker on the server, and remove them with docker volume rm when nobody needs them.",
  },
  VOLUME_IN_USE: {
    status: 409,
    retry: true,
    message: "Another process of {service} still runs on the volume {volume}, so no second one was started.",
    next: "Try again; if it stays, stop the service first.",
  },
} as const satisfies Record<string, ErrorEntry>;
