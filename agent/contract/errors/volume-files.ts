import type { ErrorEntry } from "./entry.ts";

/** What can go wrong with what lies in a volume. */
export const volumeFileErrors = {
  VOLUME_NOT_HERE: {
    status: 409,
    retry: false,
    message: "What the volume {volume} holds cannot be reached: {why}.",
    next: "Deploy its service first where it was never mounted; else restore it from a backup, or remove it.",
  },
  VOLUME_PATH_UNKNOWN: {
    status: 404,
    retry: false,
    message: "There is no {path} in this volume.",
    next: "Its app may have moved or removed it. Reload the list.",
  },
  VOLUME_PATH_REFUSED: {
    status: 422,
    retry: false,
    message: "{path} is {what}, so it was not opened: only files and folders of the volume itself are.",
    next: "Open a terminal in its service to look at it.",
  },
  VOLUME_FILE_CHANGED: {
    status: 409,
    retry: true,
    message: "{path} was changed while it was taken, so what came of it is not whole.",
    next: "Take it again while nothing writes to it, or stop its service first.",
  },
  VOLUME_FOLDER_TOO_LARGE: {
    status: 422,
    retry: false,
    message: "{path} holds more than {limit}.",
    next: "Take its folders one by one, or open a terminal in its service.",
  },
  VOLUME_NOT_MEASURED: {
    status: 504,
    retry: true,
    message: "The size of the volume {volume} is not known: {why}.",
    next: "Measure it again when the server has less to do.",
  },
  VOLUME_WRITTEN_TO: {
    status: 409,
    retry: true,
    message: "The volume {volume} is in use by {who}, which Aeroplane did not begin.",
    next: "Stop that container first: what is copied while somebody writes to it is torn.",
  },
  VOLUME_MOVED: {
    status: 409,
    retry: true,
    message: "The volume {volume} came to {service} while it was copied.",
    next: "Copy it again: what was copied while {service} may have written to it is torn.",
  },
} as const satisfies Record<string, ErrorEntry>;
