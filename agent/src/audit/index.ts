export { writeAudit, writeEvent, type Who } from "./audit.ts";
export { recordStart, recordStop } from "./life.ts";
export { listAudit, type AuditQuestion } from "./list.ts";
export { subjectOf } from "./subject.ts";
