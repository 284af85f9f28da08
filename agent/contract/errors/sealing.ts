import type { ErrorEntry } from "./entry.ts";

/** What can go wrong with the key that a server's own secrets are sealed with. */
export const sealingErrors = {
  SEALING_KEY_MISSING: {
    status: 503,
    retry: false,
    message: "The key {path}, which this server's secrets are sealed with, is missing.",
    next: "Put the file back from a copy of that folder, then start the agent again; apps run on meanwhile. Where there is no copy, {command} makes a new key, and variables have to be set anew.",
  },
  SEALING_KEY_OTHER: {
    status: 503,
    retry: false,
    message: "{path} is not the key that this server's secrets are sealed with: {why}.",
    next: "Put the right file back from a copy of that folder, then start the agent again; apps run on meanwhile. Where there is no copy, {command} makes a new key, and variables have to be set anew.",
  },
  SEALED_VALUE_LOST: {
    status: 422,
    retry: false,
    message: "{what} was sealed with another key than this server has now, and cannot be opened.",
    next: "Set the variable anew and deploy. A release that was sealed so cannot be started again; deploy the service instead.",
  },
} as const satisfies Record<string, ErrorEntry>;
