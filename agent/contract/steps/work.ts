import type { jobsErrors } from "../errors/jobs.ts";
import type { rawErrors } from "../errors/raw.ts";
import type { requestsErrors } from "../errors/requests.ts";
import type { sealingErrors } from "../errors/sealing.ts";
import type { secretsErrors } from "../errors/secrets.ts";
import type { storeErrors } from "../errors/store.ts";
import type { terminalErrors } from "../errors/terminals.ts";
import type { volumeFileErrors } from "../errors/volume-files.ts";
import { act, again, nothing, onServer, type NextStep } from "./step.ts";

type Codes = keyof typeof jobsErrors | keyof typeof rawErrors | keyof typeof requestsErrors | keyof typeof sealingErrors | keyof typeof secretsErrors | keyof typeof storeErrors | keyof typeof terminalErrors | keyof typeof volumeFileErrors;

/** What to press about a request, a job, a transfer, a secret and a terminal. */
export const workSteps: Record<Codes, readonly [NextStep, ...NextStep[]]> = {
  INVALID_INPUT: [nothing("form")],
  NOT_FOUND: [act("list.reload")],
  NAME_TAKEN: [nothing("form")],
  PRIVATE_NAME_TAKEN: [nothing("form")],
  SERVER_PORT_TAKEN: [nothing("form")],
  HOSTNAME_TAKEN: [nothing("form")],
  BUSY: [act("jobs.show"), again],
  LAST_ENVIRONMENT: [act("project.delete"), act("environment.new")],
  ENVIRONMENTS_TOO_MANY: [act("environment.delete")],
  NOTHING_DEPLOYED: [act("service.deploy")],
  CONFIRMATION_MISMATCH: [nothing("form")],
  UNEXPECTED: [again],
  SECTION_NOT_SHOWN: [again],
  STAGED_CHANGED: [act("list.reload")],
  CANCELLED: [again, act("service.deploy")],
  INTERRUPTED: [again, act("service.deploy")],
  DEADLINE_PASSED: [again, act("service.deploy")],
  STORE_READ_ONLY: [act("doctor.check"), again],

  JOB_KIND_UNKNOWN: [act("server.prepare")],
  UNDO_UNFINISHED: [nothing("itself")],
  FINISH_UNFINISHED: [nothing("itself")],
  SUPERSEDED: [act("service.deploy")],
  GROUP_STOPPED: [act("jobs.show"), again],

  RAW_TICKET_UNKNOWN: [again],
  RAW_OFFSET: [nothing("program")],
  RAW_DAMAGED: [again],
  RAW_BUSY: [again],
  RAW_TOO_LARGE: [nothing("person")],
  VARIABLES_FILE_UNREADABLE: [again],
  BODY_TOO_LARGE: [nothing("program")],
  BODY_TOO_LATE: [again],

  SEALING_KEY_MISSING: [onServer("{command}")],
  SEALING_KEY_OTHER: [onServer("{command}")],
  STORE_MISSING: [onServer("{command}")],
  INSTANCE_ID_MISSING: [nothing("person")],
  SEALED_VALUE_LOST: [act("service.variables"), act("service.deploy")],

  MASTER_WRONG: [act("secrets.unlock"), act("secrets.start-new")],
  SEALED_FILE_DAMAGED: [act("secrets.start-new")],
  SEALED_FILE_CLOSED: [act("secrets.unlock")],
  KEYCHAIN_LOCKED: [act("secrets.unlock-keychain")],
  KEYCHAIN_ABSENT: [act("secrets.keep-in-file")],

  SERVERS_FILE_MISSING: [nothing("person")],
  SERVERS_FILE_UNREADABLE: [nothing("person")],

  SETTINGS_DAMAGED: [act("service.settings")],
  RECORD_DAMAGED: [nothing("itself")],

  TERMINAL_NO_SHELL: [act("service.logs")],
  TERMINAL_NOT_RUNNING: [act("service.start"), act("service.deploy")],
  TERMINAL_NO_LOGIN: [nothing("person")],
  TERMINAL_NOT_OPENED: [again],
  TERMINALS_TOO_MANY: [again],
  TERMINAL_GONE: [again],
  TERMINAL_ELSEWHERE: [again],
  TERMINAL_FULL: [nothing("itself")],
  TERMINAL_INPUT_LOST: [nothing("form")],

  VOLUME_NOT_HERE: [act("service.deploy")],
  VOLUME_PATH_UNKNOWN: [act("list.reload")],
  VOLUME_PATH_REFUSED: [nothing("person")],
  VOLUME_FILE_CHANGED: [again],
  VOLUME_FOLDER_TOO_LARGE: [nothing("person")],
  VOLUME_NOT_MEASURED: [again],
  VOLUME_WRITTEN_TO: [again],
  VOLUME_MOVED: [again],
};
