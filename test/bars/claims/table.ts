// The table of jobs of decision 0023 as data: the kinds that stand by their own entries, those to come by what is decided of them.
import type { DeployDeps } from "../../../agent/src/deploy/deps.ts";
import { claim, type Claim, type JobEntry, type Subject } from "../../../agent/src/jobs/index.ts";
import type { Lane } from "../../../agent/src/jobs/schedule.ts";
import { jobKinds } from "../../../agent/src/kinds.ts";
import type { JobRow } from "../../../agent/src/store/index.ts";

export type Row = {
  kind: string;
  claims: (subject: Subject, other: Subject) => readonly Claim[];
  lane: Lane | null;
  /** Kinds whose queued jobs on the same service a new one makes pointless. */
  supersedes: readonly string[];
  deletes?: JobEntry["deletes"];
  crash: JobEntry["crash"];
  /** It may give everything back in the middle and go on later. */
  pauses: boolean;
  deadlines: { run: number; undo: number; finish: number };
};

/** Seconds without a sign of life where the table says "by idle". */
const IDLE = 120;
const DESTINATION = "s3";
const seconds = (deadline: JobEntry["deadlines"]["run"]) => (typeof deadline === "number" ? deadline : deadline.idle);

/** What stands: nothing of it is written down here a second time. */
const entries = jobKinds({} as DeployDeps);
const subject: Subject = { projectId: "p", environmentId: "e", serviceId: "s" };
/** What kinds ask for that have no default. */
const given = { volumeId: "v", name: "copy", serviceId: "s", path: "/data", author: null, command: "true", releaseId: "01a20000-0000-7000-8000-000000000001", seconds: 60 };
const standing: Row[] = entries.map((entry) => ({
  kind: entry.kind,
  claims: (subject) => entry.claims({ input: entry.input.parse(given), subject }),
  lane: entry.lane?.({ input: entry.input.parse(given), subject }) ?? null,
  supersedes: entries.map(({ kind }) => kind).filter((kind) => entry.supersedes?.({ ...subject, kind, input: {} } as JobRow, { input: entry.input.parse(given), subject })),
  deletes: entry.deletes,
  crash: entry.crash,
  pauses: false,
  deadlines: { run: seconds(entry.deadlines.run), undo: seconds(entry.deadlines.undo), finish: seconds(entry.deadlines.finish) },
}));

type ToCome = Partial<Row> & Pick<Row, "kind" | "claims">;
const data = (subject: Subject) => claim.data(subject, "S");
const toCome: ToCome[] = [
  { kind: "cron run", claims: (subject) => [data(subject)], deadlines: { run: 300, undo: 60, finish: 60 } },
  { kind: "backup", claims: (subject) => [data(subject), claim.destination(DESTINATION, "S")], lane: "dump", supersedes: ["backup"], deadlines: { run: IDLE, undo: 120, finish: 300 } },
  { kind: "restore", claims: (subject) => [claim.process(subject, "X"), claim.data(subject, "X")], lane: "transfer", crash: "resume", pauses: true, deadlines: { run: IDLE, undo: 600, finish: 900 } },
  { kind: "drill", claims: () => [claim.destination(DESTINATION, "S")], lane: "dump", supersedes: ["drill"], deadlines: { run: IDLE, undo: 300, finish: 60 } },
  { kind: "export", claims: (subject, other) => [data(subject), data(other)], lane: "transfer", crash: "resume", pauses: true, deadlines: { run: IDLE, undo: 120, finish: 60 } },
  { kind: "import", claims: (subject) => [claim.project(subject, "X")], lane: "transfer", crash: "resume", pauses: true, deadlines: { run: IDLE, undo: 600, finish: 900 } },
  { kind: "move: copy", claims: (subject, other) => [data(subject), data(other)], lane: "transfer", crash: "resume", pauses: true, deadlines: { run: IDLE, undo: 600, finish: 60 } },
  {
    kind: "move: switch",
    claims: (...both) => both.flatMap((subject) => [claim.process(subject, "X"), claim.data(subject, "X")]),
    crash: "resume",
    deadlines: { run: 300, undo: 300, finish: 900 },
  },
  { kind: "update", claims: () => [claim.instance("X")], crash: "finish", deadlines: { run: 600, undo: 600, finish: 600 } },
];

export const table: readonly Row[] = [...standing, ...toCome.map((row): Row => ({ lane: null, supersedes: [], crash: "undo", pauses: false, deadlines: { run: 900, undo: 120, finish: 900 }, ...row }))];

/** What a deploy never waits for. */
export const BESIDE_A_DEPLOY = ["backup", "drill", "export", "cron run", "move: copy"];

/** Every pair and every triple of rows, a row with itself too. */
export function combinations(): Row[][] {
  const pairs = table.flatMap((a, first) => table.slice(first).map((b) => [a, b]));
  const triples = table.flatMap((a, first) => table.slice(first).flatMap((b, second) => table.slice(first + second).map((c) => [a, b, c])));
  return [...pairs, ...triples];
}

/** The names in the first column of the decision's table, without what stands in brackets behind them. */
export function decided(markdown: string): string[] {
  const lines = markdown.split("\n");
  const head = lines.findIndex((line) => line.startsWith("| kind | claims |"));
  const rows = lines.slice(head + 2, lines.findIndex((line, index) => index > head && !line.startsWith("|")));
  return rows.flatMap((line) => line.split("|")[1]!.replace(/\*?\(.*$/, "").split(",").map((name) => name.trim()));
}
