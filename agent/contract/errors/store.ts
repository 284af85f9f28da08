import type { ErrorEntry } from "./entry.ts";

/** What was kept and cannot be read. */
export const storeErrors = {
  SETTINGS_DAMAGED: {
    status: 422,
    retry: false,
    message: "The settings of {service} are damaged where they are kept: {fields}.",
    next: "Open its settings, look at every field and save them; then deploy. What is live goes on with the settings that it was made with.",
  },
  RECORD_DAMAGED: {
    status: 500,
    retry: false,
    message: "What was kept of this {what} is damaged and cannot be read.",
    next: "Nothing has to be done; what came of it can still be told from its log.",
  },
} as const satisfies Record<string, ErrorEntry>;
