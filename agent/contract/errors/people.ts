import type { ErrorEntry } from "./entry.ts";

/** Who may do what, and the way in for people with a role. */
export const peopleErrors = {
  ROLE_REFUSED: {
    status: 403,
    retry: false,
    message: "This needs the role {needed}; {name} has the role {role} on this server.",
    next: "Ask an owner of the server to change the role.",
  },
  ACCESS_REVOKED: {
    status: 403,
    retry: false,
    message: "The access to this server was revoked.",
    next: "Ask an owner of the server for a new invitation.",
  },
  KEY_TAKEN: {
    status: 409,
    retry: false,
    message: "The key {fingerprint} already belongs to {name}.",
    next: "Ask the person for a key of their own, or revoke the other access first.",
  },
  PEOPLE_UNAVAILABLE: {
    status: 422,
    retry: false,
    message: "This server cannot admit people: {why}.",
    next: "{fix}",
  },
  PEOPLE_KEPT_OUT: {
    status: 422,
    retry: false,
    message: "The SSH server keeps invited people out: {why}.",
    next: "{fix}",
  },
  PEOPLE_SEND_VARIABLES: {
    status: 422,
    retry: false,
    message: "The SSH server takes any environment variable from those who sign in (AcceptEnv in {config}).",
    next: "Name the needed variables one by one in AcceptEnv: some of them make any program write files.",
  },
  KEY_NOT_ADMITTED: {
    status: 401,
    retry: false,
    message: "{address} does not admit this key as {user}: no invitation holds it, or the access was revoked.",
    next: "Choose the key that the invitation was made for, or ask an owner of the server for one.",
  },
  AGENT_AWAY: {
    status: 503,
    retry: true,
    message: "The agent on {address} does not answer.",
    next: "It is tried again. If it stays, an owner of the server has to look at it.",
  },
  BRIDGE_FAILED: {
    status: 502,
    retry: true,
    message: "The bridge to the agent on {address} did not start: {why}.",
    next: "Look at the details, then try again.",
  },
  BRIDGE_BUSY: {
    status: 429,
    retry: true,
    message: "{name} already has {count} connections to this server.",
    next: "Close Aeroplane on another computer, then try again.",
  },
  BRIDGES_FULL: {
    status: 429,
    retry: true,
    message: "People have {count} connections to {address}, which are all that it has memory for.",
    next: "Try again when somebody has closed Aeroplane, or ask an owner.",
  },
} as const satisfies Record<string, ErrorEntry>;
