import { setImmediate as breathe } from "node:timers/promises";
import { auditWords, type AuditOutcome, type AuditPage, type AuditRow } from "../../contract/index.ts";
import { readProblem } from "../store/read.ts";
import { all, type Db } from "../store/sql.ts";
import { kept } from "./retention.ts";

export type AuditQuestion = {
  search?: string;
  who?: string;
  procedure?: string;
  outcome?: AuditOutcome;
  from?: number;
  to?: number;
  before?: string;
  limit: number;
};

type Stored = Omit<AuditRow, "outcome" | "problem"> & {
  outcome: string;
  problem: string | null;
  jobState: string | null;
  jobProblem: string | null;
};
type Condition = { sql: string; values: (string | number)[] };

const SEARCHED = ["procedure", "subject", "login", "person", "fingerprint", "desktop", "outcome", "problem", "input", "jobProblem"];
const WORDS = 8;
const WHO = 100;
/** Lines that are looked at without a pause: reading is synchronous, and other calls wait for it. */
const CHUNK = 4000;
/** Before every id there is. */
const LAST = "g";
/** A line with the end of the job that it began. */
const LINES = `(SELECT audit.*, job.state AS jobState, job.problem AS jobProblem FROM audit LEFT JOIN job ON job.id = audit.jobId)`;
const OUTCOMES: Record<AuditOutcome, string> = {
  ok: "outcome = 'ok' AND (jobState IS NULL OR jobState = 'succeeded')",
  failed: "outcome NOT IN ('ok', 'cancelled') OR jobState = 'failed'",
  running: "outcome = 'ok' AND jobState IN ('queued', 'running', 'paused')",
  cancelled: "outcome = 'cancelled' OR (outcome = 'ok' AND jobState = 'cancelled')",
};

/** Newest first. A search walks the trail in chunks and lets other calls in between. */
export async function listAudit(db: Db, question: AuditQuestion): Promise<AuditPage> {
  const where = [...bounds(question), ...searched(question.search)];
  const rows: Stored[] = [];
  let before = question.before ?? LAST;
  for (;;) {
    const missing = question.limit + 1 - rows.length;
    const found = chunk(db, where, before, missing);
    rows.push(...found.rows);
    if (rows.length > question.limit || found.last === null) break;
    before = found.last;
    await breathe();
  }
  return {
    rows: rows.slice(0, question.limit).map(shown),
    more: rows.length > question.limit,
    ...kept(db),
    who: question.before === undefined ? whoOccur(db) : [],
  };
}

/** The matching ones among the next few thousand; `last`: where to go on, null at the end. */
function chunk(db: Db, where: Condition[], before: string, missing: number): { rows: Stored[]; last: string | null } {
  const edge = all<{ id: string }>(db, "SELECT id FROM audit WHERE id < ? ORDER BY id DESC LIMIT 1 OFFSET ?", before, CHUNK - 1)[0]?.id ?? null;
  const conditions = [{ sql: "id < ?", values: [before] }, ...(edge === null ? [] : [{ sql: "id >= ?", values: [edge] }]), ...where];
  const rows = all<Stored>(
    db,
    `SELECT id, at, login, person, personId, fingerprint, desktop, procedure, subject, input, outcome, problem, jobState, jobProblem
     FROM ${LINES}
     WHERE ${conditions.map(({ sql }) => `(${sql})`).join(" AND ")} ORDER BY id DESC LIMIT ?`,
    ...conditions.flatMap(({ values }) => values),
    missing,
  );
  return { rows, last: edge };
}

function bounds({ who, procedure, outcome, from, to }: AuditQuestion): Condition[] {
  const given: (Condition | false)[] = [
    who !== undefined && { sql: "login = ? OR person = ?", values: [who, who] },
    procedure !== undefined && { sql: "procedure = ?", values: [procedure] },
    outcome !== undefined && { sql: OUTCOMES[outcome], values: [] },
    from !== undefined && { sql: "at >= ?", values: [from] },
    to !== undefined && { sql: "at <= ?", values: [to] },
  ];
  return given.filter((one) => one !== false);
}

const escaped = (word: string) => `%${word.replace(/[\\%_]/g, "\\$&")}%`;

/** Each word must occur in some column, or in what the line is called: "deployed" finds deployments.start. */
function searched(search: string | undefined): Condition[] {
  const words = (search ?? "").split(/\s+/).filter(Boolean).slice(0, WORDS);
  return words.map((word) => {
    const columns = SEARCHED.map((column) => `${column} LIKE ? ESCAPE '\\'`);
    const called = Object.entries(auditWords).filter(([, { done, failed }]) => `${done} ${failed}`.toLowerCase().includes(word.toLowerCase()));
    const names = called.map(([procedure]) => procedure);
    const byName = names.length === 0 ? [] : [`procedure IN (${names.map(() => "?").join(", ")})`];
    return { sql: [...columns, ...byName].join(" OR "), values: [...SEARCHED.map(() => escaped(word)), ...names] };
  });
}

/** Both columns have an index, so that only distinct ones are visited. */
function whoOccur(db: Db): string[] {
  const distinct = (column: "login" | "person") =>
    all<{ who: string }>(
      db,
      `WITH RECURSIVE each (who) AS (
         SELECT min(${column}) FROM audit WHERE ${column} IS NOT NULL
         UNION ALL SELECT (SELECT min(${column}) FROM audit WHERE ${column} > each.who) FROM each WHERE each.who IS NOT NULL
       ) SELECT who FROM each WHERE who IS NOT NULL LIMIT ?`,
      WHO,
    ).map(({ who }) => who);
  return [...new Set([...distinct("person"), ...distinct("login")])].slice(0, WHO);
}

const OF_JOB: Record<string, AuditOutcome> = { queued: "running", running: "running", paused: "running", failed: "failed", cancelled: "cancelled" };

function shown({ outcome, problem, jobState, jobProblem, ...row }: Stored): AuditRow {
  // Of a job whose row is no longer kept.
  if (outcome === "cancelled") return { ...row, outcome, problem: null };
  const refused = outcome !== "ok";
  const why = refused ? problem : jobState === "failed" ? jobProblem : null;
  return {
    ...row,
    outcome: refused ? "failed" : ((jobState === null ? undefined : OF_JOB[jobState]) ?? "ok"),
    // Lines from before sentences were kept have the code alone.
    problem: why !== null ? reasonOf(why, row.id) : refused ? { code: outcome, message: outcome, next: "" } : null,
  };
}

function reasonOf(stored: string, id: string): AuditRow["problem"] {
  const { code, message, next } = readProblem(stored, id)!;
  return { code, message, next };
}
