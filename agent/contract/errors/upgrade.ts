import type { ErrorEntry } from "./entry.ts";

/** What can go wrong between one version of an agent and the next, and between an agent and an app of different age. */
export const upgradeErrors = {
  STORE_IN_TRIAL: {
    status: 503,
    retry: true,
    message: "The agent {version} is being tried on this server; nothing can be changed for a moment.",
    next: "Try again in a few seconds.",
  },
  UPGRADE_UNDONE: {
    status: 502,
    retry: true,
    message: "The upgrade of the agent from {from} to {to} was undone: {why}.",
    next: "The agent {from} works on, and nothing was lost. Look at the details, then try again.",
  },
  AGENT_NEWER: {
    status: 409,
    retry: false,
    message: "The agent {agent} on {server} is newer than this app {app}.",
    next: "Update the app. Until then all that this app knows works; what is new in the agent is not shown.",
  },
  APP_TOO_OLD: {
    status: 409,
    retry: false,
    message: "The agent {agent} on {server} speaks protocol {theirs}; this app {app} knows only {ours}.",
    next: "Update the app. The services on the server are not affected.",
  },
  PROCEDURE_UNKNOWN: {
    status: 404,
    retry: true,
    message: "The agent on this server does not know {procedure}: it is older than this app.",
    next: "Connect again, so that the app can upgrade it. The services on the server are not affected.",
  },
  AGENT_TOO_OLD: {
    status: 409,
    retry: true,
    message: "The agent {agent} on {server} speaks protocol {theirs}; this app {app} needs {ours}.",
    next: "Connect again with a login that may upgrade the agent (root, or sudo). The services on the server are not affected.",
  },
} as const satisfies Record<string, ErrorEntry>;
