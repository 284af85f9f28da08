import type { ErrorEntry } from "./entry.ts";

/** What becomes of a job beside its own act. */
export const jobsErrors = {
  JOB_KIND_UNKNOWN: {
    status: 500,
    retry: false,
    message: "This agent knows no jobs of the kind {kind}.",
    next: "It was begun by another version of the agent. Upgrade the agent, then start it again.",
  },
  UNDO_UNFINISHED: {
    status: 500,
    retry: false,
    message: "What {what} had begun could not be undone completely: {why}",
    next: "What is left is cleared away by itself as soon as that is possible. The service can be used.",
  },
  FINISH_UNFINISHED: {
    status: 500,
    retry: false,
    message: "{what} is done, but what follows from it could not be completed: {why}",
    next: "The rest is completed by itself as soon as that is possible.",
  },
  SUPERSEDED: {
    status: 409,
    retry: false,
    message: "{what} was superseded by {by}, which was asked for later.",
    next: "Deploy again where it is wanted after all.",
  },
  GROUP_STOPPED: {
    status: 409,
    retry: true,
    message: "{what} was not begun, because {failed} before it did not succeed.",
    next: "Correct the cause of that one, then start both again.",
  },
} as const satisfies Record<string, ErrorEntry>;
