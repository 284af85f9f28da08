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
  PARTS_UNDONE: {
    status: 502,
    retry: true,
    message: "The update of {parts} was undone: {why}.",
    next: "What was there before works on, and nothing was lost. Look at the details, then try again.",
  },
  AGENT_ANEW: {
    status: 409,
    retry: false,
    message: "{server} answers with another agent than the one that was here: it began anew, or the address belongs to another server now.",
    next: "Where that was not meant, look on the server: its data may be gone or lie in another folder. What was last known of it is replaced by what it says now.",
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
  AGENT_UNREADABLE: {
    status: 409,
    retry: false,
    message: "The agent on this server says who it is in words that this app does not understand.",
    next: "Update the app, then connect again. The services on the server are not affected.",
  },
  PROCEDURE_UNKNOWN: {
    status: 404,
    retry: true,
    message: "The agent on this server does not know {procedure}: it is older than this app.",
    next: "Connect again, so that the app can upgrade it. The services on the server are not affected.",
  },
  SECRET_NOT_KEPT: {
    status: 409,
    retry: false,
    message: "The value of {variable} was kept, but not as a secret: the agent on this server is older than this app and does not know secrets.",
    next: "It can still be read. Connect again, so that the app can upgrade the agent, then make the variable secret.",
  },
  AGENT_TOO_OLD: {
    status: 409,
    retry: true,
    message: "The agent {agent} on {server} speaks protocol {theirs}; this app {app} needs {ours}.",
    next: "Connect again with a login that may upgrade the agent (root, or sudo). The services on the server are not affected.",
  },
} as const satisfies Record<string, ErrorEntry>;
