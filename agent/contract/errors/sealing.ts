import type { ErrorEntry } from "./entry.ts";

/** What can go wrong with what a server has once and cannot make again: its store, its id, the key that its secrets are sealed with. */
export const sealingErrors = {
  STORE_MISSING: {
    status: 503,
    retry: false,
    message: "The agent's store {path} is missing or empty, although {evidence} shows that there was one.",
    next: "Put it back from a copy (an upgrade keeps one beside it, as store.db.before-N), then start the agent again; apps run on meanwhile. {command} begins anew, with apps that nothing cares for any more.",
  },
  INSTANCE_ID_MISSING: {
    status: 503,
    retry: false,
    message: "The store {path} has projects, and lacks the id that this server's containers, networks and images carry.",
    next: "Put the store back from a copy (an upgrade keeps one beside it, as store.db.before-N), then start the agent again; apps run on meanwhile.",
  },
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
