import type { ErrorEntry } from "./entry.ts";

/** What can go wrong with a transfer beside the calls. */
export const rawErrors = {
  RAW_TICKET_UNKNOWN: {
    status: 403,
    retry: false,
    message: "This transfer was refused: its ticket is unknown, has expired, or belongs to somebody else.",
    next: "Begin the transfer again.",
  },
  RAW_OFFSET: {
    status: 409,
    retry: true,
    message: "This transfer goes on at byte {wanted}, not at {given}.",
    next: "Send from there on.",
  },
  RAW_DAMAGED: {
    status: 422,
    retry: true,
    message: "{what} did not arrive as it was sent: its checksum is another.",
    next: "Begin the transfer again. Nothing was kept of it.",
  },
  RAW_BUSY: {
    status: 503,
    retry: true,
    message: "{who} {count} {what} under way already, as many as there may be at a time.",
    next: "Wait until one of them has ended.",
  },
  RAW_TOO_LARGE: {
    status: 413,
    retry: false,
    message: "{what} has more than {limit}.",
    next: "Take it in smaller parts.",
  },
  VARIABLES_FILE_UNREADABLE: {
    status: 422,
    retry: false,
    message: "Line {line} of the file {why}, so nothing of it was set.",
    next: "Correct that line: NAME=value, with a quoted value where it has several lines.",
  },
  BODY_TOO_LARGE: {
    status: 413,
    retry: false,
    message: "This request has more than the {limit} that its kind may have.",
    next: "Send it in smaller parts; a file goes as a transfer.",
  },
  BODY_TOO_LATE: {
    status: 408,
    retry: true,
    message: "A request was begun and not finished within {seconds} s.",
    next: "Send it again.",
  },
} as const satisfies Record<string, ErrorEntry>;
