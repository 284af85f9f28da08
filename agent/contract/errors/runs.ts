import type { ErrorEntry } from "./entry.ts";

/** How a command that is run once can end otherwise than well. */
export const runErrors = {
  RUN_FAILED: {
    status: 422,
    retry: false,
    message: "The command in {service} ended with exit code {code}.",
    next: "Look at its last lines in its log, correct the cause and run it again.",
  },
  RUN_OUT_OF_MEMORY: {
    status: 422,
    retry: false,
    message: "The command in {service} was ended because it used more memory than there was; it may have {limit}, as each instance.",
    next: "Let it use less, or let the service have more in its settings, deploy, then run it again.",
  },
  RUN_INTERRUPTED: {
    status: 503,
    retry: false,
    message: "The command in {service} was interrupted because the agent stopped; what it had done by then stays done.",
    next: "Look in its log how far it came before it is run again: it is never run again by itself.",
  },
  RUN_TOO_LONG: {
    status: 504,
    retry: false,
    message: "The command in {service} did not end within {seconds} s and was ended.",
    next: "Look in its log what it waited for, or run it again with more time.",
  },
  RUNS_TOO_MANY: {
    status: 409,
    retry: true,
    message: "{count} commands run in {service} now, as many as can at the same time.",
    next: "Wait until one has ended, or cancel one.",
  },
} as const satisfies Record<string, ErrorEntry>;
