import type { Row } from "./buffer.ts";
import { plain } from "./plain.ts";
import type { Rows } from "./rows.ts";

/** What "Copy" puts on the clipboard: a line each, without its colours. */
export function textOf(rows: Rows<Row>, several: boolean): string {
  return Array.from({ length: rows.length }, (_, index) => {
    const row = rows.at(index)!;
    if (!("line" in row)) return "gap" in row ? ["… lines are no longer kept …"] : [];
    const { at, instance, text } = row.line;
    return [`${new Date(at).toISOString()} ${several && instance ? `#${instance} ` : ""}${plain(text)}`];
  })
    .flat()
    .join("\n");
}
