import type { ErrorEntry } from "./entry.ts";

/** What a request itself can get wrong. */
export const requestsErrors = {
  // requests
  INVALID_INPUT: {
    status: 400,
    retry: false,
    message: "{field} was refused: {why}.",
    next: "Correct the field and send it again.",
  },
  NOT_FOUND: {
    status: 404,
    retry: false,
    message: "This server has no {what} with the id {id}.",
    next: "It may have been deleted elsewhere. Reload the list.",
  },
  NAME_TAKEN: {
    status: 409,
    retry: false,
    message: "The name {name} is already used by another {what}.",
    next: "Choose another name.",
  },
  PRIVATE_NAME_TAKEN: {
    status: 409,
    retry: false,
    message: "The private name {name} belongs to the service {service}: {how}.",
    next: "Choose another name, or take it from that service first and deploy that.",
  },
  SERVER_PORT_TAKEN: {
    status: 409,
    retry: false,
    message: "The port {port} of this server is taken by {holder}.",
    next: "Choose another port, or take it from there first.",
  },
  HOSTNAME_TAKEN: {
    status: 409,
    retry: false,
    message: "The hostname {hostname} already belongs to the service {service}.",
    next: "Choose another hostname, or remove it from that service first.",
  },
  BUSY: {
    status: 409,
    retry: true,
    message: "{what} already has a running {job}.",
    next: "Wait until it has ended, or cancel it.",
  },
  LAST_ENVIRONMENT: {
    status: 409,
    retry: false,
    message: "{environment} is the only environment of {project}.",
    next: "Delete the project instead, or create another environment first.",
  },
  ENVIRONMENTS_TOO_MANY: {
    status: 409,
    retry: false,
    message: "{project} has {count} environments, as many as a project can have.",
    next: "Delete one that is no longer needed first.",
  },
  NOTHING_DEPLOYED: {
    status: 409,
    retry: false,
    message: "{service} has no release yet.",
    next: "Deploy it first.",
  },
  CONFIRMATION_MISMATCH: {
    status: 400,
    retry: false,
    message: "The typed name {typed} is not {name}.",
    next: "Type the name exactly as shown.",
  },
  UNEXPECTED: {
    status: 500,
    retry: true,
    message: "An unknown failure: {what}.",
    next: "Try again. If it stays, copy the details and report them.",
  },
  SECTION_NOT_SHOWN: {
    status: 500,
    retry: true,
    message: "{what} cannot be shown: this app does not understand what it was told, or has a fault.",
    next: "Everything else works. Show it again; if it stays, update the app, or copy the details and report them.",
  },
  STAGED_CHANGED: {
    status: 409,
    retry: false,
    message: "{row} is not what was reviewed: {who} {did}.",
    next: "Review the changes again, then deploy.",
  },
  CANCELLED: {
    status: 499,
    retry: true,
    message: "{what} was cancelled.",
    next: "Start it again when ready.",
  },
  INTERRUPTED: {
    status: 503,
    retry: true,
    message: "{what} was interrupted because the agent stopped; it was undone.",
    next: "Start it again. The release that was live kept serving.",
  },
  DEADLINE_PASSED: {
    status: 504,
    retry: true,
    message: "{step} did not end within {seconds} s.",
    next: "Look at the log for what it waited on, then try again.",
  },
  STORE_READ_ONLY: {
    status: 503,
    retry: true,
    message: "The agent cannot write to {path}.",
    next: "Free disk space or mend the disk, then try again. Running services are not affected.",
  },
} as const satisfies Record<string, ErrorEntry>;
