import type { ErrorEntry } from "./entry.ts";

/** What can go wrong with a terminal. */
export const terminalErrors = {
  TERMINAL_NO_SHELL: {
    status: 422,
    retry: false,
    message: "The container of {service} has no shell: neither bash nor sh is in its image.",
    next: "Build the image on a base that has a shell, or look at the service's logs instead.",
  },
  TERMINAL_NOT_RUNNING: {
    status: 409,
    retry: true,
    message: "{service} has no running container.",
    next: "Start or deploy it, then open the terminal again.",
  },
  TERMINAL_NO_LOGIN: {
    status: 403,
    retry: false,
    message: "{name} was invited to the agent and has no login of their own on this server.",
    next: "A shell on the server needs a login by SSH. A terminal in a service's container can be opened without one.",
  },
  TERMINAL_NOT_OPENED: {
    status: 502,
    retry: true,
    message: "The shell could not be started: {why}.",
    next: "Try again. If it stays, sign in to the server by SSH and look at the agent's log.",
  },
  TERMINALS_TOO_MANY: {
    status: 429,
    retry: true,
    message: "{who} {count} terminals open already, as many as there may be at a time.",
    next: "Close one that is no longer needed, then open this one.",
  },
  TERMINAL_GONE: {
    status: 404,
    retry: false,
    message: "This terminal is no longer there: the agent was started anew, or nobody looked at it for {minutes} minutes.",
    next: "Open another one.",
  },
  TERMINAL_ELSEWHERE: {
    status: 409,
    retry: false,
    message: "This terminal is now shown in another window.",
    next: "Take it back to go on here.",
  },
  TERMINAL_FULL: {
    status: 429,
    retry: true,
    message: "The program in the terminal does not read what was typed.",
    next: "It goes on by itself as soon as the program reads.",
  },
  TERMINAL_INPUT_LOST: {
    status: 409,
    retry: false,
    message: "What was typed did not arrive in order: part {expected} is missing.",
    next: "Type it again.",
  },
} as const satisfies Record<string, ErrorEntry>;
