import type { LogLine } from "@aeroplane/agent/contract";

/** A line of the log, the place where lines are missing, where a release begins, or where the log does; numbers go up by one from row to row. */
export type Row = { number: number } & RowBody;
export type RowBody = { line: LogLine } | { gap: true } | { begins: string } | { edge: true };

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Ids of releases are in the order of their making. What is none, such as the step of a build, begins nothing. */
const isLater = (release: string, than: string): boolean => ID.test(release) && release > than;

/** Lines with a row before each that is the first one of a later release than all before it; before the very first line only where the log begins there. */
export function withDividers(lines: readonly LogLine[], { highest, begins }: { highest: string; begins: boolean }): { rows: RowBody[]; highest: string } {
  const rows: RowBody[] = [];
  let known = highest;
  for (const line of lines) {
    if (isLater(line.from, known)) {
      if (known !== "" || begins) rows.push({ begins: line.from });
      known = line.from;
    }
    rows.push({ line });
  }
  return { rows, highest: known };
}

/** Rows of a page that goes before others, whose first line is of release `next`. */
export function rowsBefore(lines: readonly LogLine[], { isFirst, next }: { isFirst: boolean; next: string | undefined }): RowBody[] {
  const { rows, highest } = withDividers(lines, { highest: "", begins: isFirst });
  const begins = next !== undefined && isLater(next, highest) && (highest !== "" || isFirst);
  return [...(isFirst ? [{ edge: true } as const] : []), ...rows, ...(begins ? [{ begins: next }] : [])];
}
