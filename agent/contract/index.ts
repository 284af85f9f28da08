export * from "./config.ts";
export * from "./entities.ts";
export { comparison, release, type Comparison, type Release } from "./releases.ts";
export { shape, shapeNames, shapes, traits, MOST_REPLICAS, runSettings, siteSettings, type DrawerPart, type RunSetting, type ShapeName, type ShapeSetting, type SiteSetting, type Traits } from "./shapes.ts";
export { MOST_CACHE_RULES, siteConfig, type SiteConfig } from "./site.ts";
export { gitSource, imageSource, openSource, readSource, source, sources } from "./sources.ts";
export type { GitSource, ImageSource, OpenSource, Source, SourceName, SourceTraits } from "./sources.ts";
export { alsoByImage, asksPort, goodStatuses, healthKinds, healthOf, isGoodStatus } from "./health.ts";
export type { Health, HealthKind, HealthOf } from "./health.ts";
export { MOST_PUBLISHED, portWords, PROTOCOLS, PUBLISHED_WORDS, type Protocol, type Published } from "./publish.ts";
export { job, progress, step, type Job, type JobState, type Progress, type Step, type StepState } from "./jobs.ts";
export { PEOPLE_LOGIN, type Admission, type Me, type Person } from "./people.ts";
export { entryOf, isOpen } from "./open.ts";
export { isBefore, isCovered, knownAgainst, knownBadParts, nodeOfOctober, partProblem, type KnownBad } from "./known-bad.ts";
export { size } from "./size.ts";
export { OLDEST_BUILDX, OLDEST_CADDY } from "./oldest.ts";
export { readPublicKey } from "./public-key.ts";
export { AUDIT_EVENTS, auditWords, wordsOf, type AuditEvent } from "./audit-words.ts";
export { AUDIT_OUTCOMES, AUDIT_PAGE_LIMIT, auditPage, auditRow, type AuditOutcome, type AuditPage, type AuditRow } from "./audit.ts";
export { check, CHECK_GROUPS, checkGroup, doctorReport, FIXES, fixId } from "./doctor.ts";
export type { Check, CheckGroup, DoctorReport, FixId } from "./doctor.ts";
export { addressRange, MOST_KEPT_RELEASES, openServerSettings, serverSettings, storageSettings, type ServerSettings, type StorageSettings } from "./settings.ts";
export { CLEANUP_REACHES, MOST_CLEANED, type CleanupPreview, type StorageItem, type StoragePart } from "./storage.ts";
export { MOST_STAGED, settingsEdit, stagedDifference, stagedIdle, stagedReview, stagedRow } from "./staged.ts";
export { fileTaken, LARGEST_UPLOAD, MOST_FILES, type FileTaken } from "./volume-files.ts";
export { fileEntry, MOST_VOLUMES, TRASH_DAYS, volume, type FileEntry, type Volume } from "./volumes.ts";
export type { SettingsEdit, StagedDifference, StagedReview, StagedRow } from "./staged.ts";
export { errorTable, type ErrorCode, type ErrorValues } from "./errors.ts";
export { ACTS, commandOf, errorSteps, type Act, type NextStep } from "./steps.ts";
export * as names from "./names.ts";
export { describe, fail, Failure, problem, toProblem, type Problem } from "./problem.ts";
export { ROLES, wireErrors, type ProcedureMeta, type Role } from "./procedure.ts";
export { LONGEST_RUN_SECONDS, MOST_RUNS, run, type Run } from "./runs.ts";
export { agentContract, PROTOCOL_VERSION, type AgentContract } from "./procedures.ts";
export {
  TERMINAL_INPUT_BYTES,
  TERMINAL_WINDOW,
  TERMINAL_WRITES_AT_ONCE,
  type Terminal,
  type TerminalBatch,
  type TerminalTarget,
} from "./terminals.ts";
export {
  HASH_TRAILER,
  LARGEST_SPEED,
  LARGEST_VARIABLES_FILE,
  OFFSET_HEADER,
  RAW_PATH,
  rawTicket,
  SIZE_HEADER,
  TICKET_HEADER,
  variablesTaken,
  type RawTicket,
  type VariablesTaken,
} from "./raw.ts";
export { logFilter, matcherOf, ofReleases, plainText, type LogFilter } from "./log-filter.ts";
export { LOG_LEVELS, levelOf, type LogLevel } from "./log-level.ts";
export { readDotenv } from "./dotenv.ts";
export { asText, facts, filledIn, isFact, readWritten, referencesOf, refersTo, SELF, SHARED, withOwner, writtenAs } from "./references.ts";
export type { FactName, Reference, Target } from "./references.ts";
export { DESKTOP_HEADER, IDEMPOTENCY_HEADER, KEY_HEADER } from "./headers.ts";
