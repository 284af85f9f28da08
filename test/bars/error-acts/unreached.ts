// Codes that neither a test names nor the bar itself brings about, and what it would take. Each that a test comes to name has to go from here.
import type { ErrorCode } from "../../../agent/contract/index.ts";

export const unreached: Partial<Record<ErrorCode, string>> = {
  PORT_UNKNOWN: "an image that exposes two ports, in a real Docker",
  NAMES_UNRESOLVED: "a machine without name resolution; whether this one has it is not for a test to change",
  OUTGOING_BLOCKED: "a machine whose outgoing HTTPS is shut; whether this one's is, is not for a test to change",
  KEY_TAKEN: "two people with one key",
  SUDO_PASSWORD_REFUSED: "a server whose sudo wants a password, and three wrong ones",
  UNINSTALL_STOPPED: "a server that fails in the middle of uninstalling",
  BODY_TOO_LATE: "a minute of silence in the middle of a request",
  SECTION_NOT_SHOWN: "a window; test/e2e/newer-agent.test.ts reaches it by its words",
  SERVER_UNSUPPORTED: "a computer that is no Linux, or another processor",
  AGENT_NOT_STARTED: "an agent that does not come up within half a minute",
  PART_UNAVAILABLE: "a computer without a way to where parts are kept",
  ANSWER_TOO_LATE: "an SSH server whose time for signing in has passed while a question stood",
  HOST_KEY_NOT_OURS: "an old host key in a file that only root may change",
  TERMINAL_NOT_OPENED: "a server without Perl, or a container that refuses an exec",
};

/** Sentences that name nothing, since there is nothing to choose from. */
export const nameless: Partial<Record<ErrorCode, string>> = {
  DOCKER_NO_LIVE_RESTORE: "the setting is its name",
  CADDY_CONFIG_OTHER: "there is one Caddy",
  CLOCK_UNSYNCHRONISED: "there is one clock",
  AGENT_NOT_AT_BOOT: "there is one agent",
  DOCKER_NOT_INSTALLED: "there is one Docker of this machine",
  DOCKER_NOT_RUNNING: "there is one Docker of this machine",
  ACCESS_REVOKED: "whose it was must not be told apart",
  RAW_TICKET_UNKNOWN: "which of the three it is must not be told apart",
  MASTER_WRONG: "there is one passphrase, and it is secret",
  SEALED_FILE_CLOSED: "there is one sealed file",
  KEYCHAIN_LOCKED: "there is one keychain",
  TERMINAL_ELSEWHERE: "it stands in the terminal itself",
  TERMINAL_FULL: "it stands in the terminal itself",
  AGENT_UNREADABLE: "what it says cannot be read",
};
