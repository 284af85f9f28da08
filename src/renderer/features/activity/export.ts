import type { AuditRow } from "@aeroplane/agent/contract";
import { saveBlob } from "../../data/save.ts";
import { whatOf } from "./words.ts";

export type Format = "csv" | "json";

const COLUMNS = ["at", "what", "outcome", "login", "person", "fingerprint", "desktop", "procedure", "subject", "code", "message", "input", "id"] as const;

function fields(row: AuditRow): Record<(typeof COLUMNS)[number], string> {
  return {
    at: new Date(row.at).toISOString(),
    what: whatOf(row),
    outcome: row.outcome,
    login: row.login ?? "",
    person: row.person ?? "",
    fingerprint: row.fingerprint ?? "",
    desktop: row.desktop ?? "",
    procedure: row.procedure,
    subject: row.subject ?? "",
    code: row.problem?.code ?? "",
    message: row.problem?.message ?? "",
    input: row.input,
    id: row.id,
  };
}

/** A spreadsheet takes a cell that begins so for a formula. */
const harmless = (cell: string) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);
const quoted = (cell: string) => `"${harmless(cell).replaceAll('"', '""')}"`;

export function toCsv(rows: AuditRow[]): string {
  const lines = rows.map((row) => COLUMNS.map((column) => quoted(fields(row)[column])).join(","));
  return [COLUMNS.join(","), ...lines].join("\r\n") + "\r\n";
}

export const toJson = (rows: AuditRow[]): string => `${JSON.stringify(rows.map((row) => ({ ...row, at: new Date(row.at).toISOString(), what: whatOf(row), input: JSON.parse(safe(row.input)) as unknown })), null, 2)}\n`;

/** An input that was cut at its limit is no JSON any more: then it is kept as the text it is. */
function safe(input: string): string {
  try {
    JSON.parse(input);
    return input;
  } catch {
    return JSON.stringify(input);
  }
}

export function fileName(server: string, format: Format, now: number): string {
  const name = server.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "server";
  return `activity-${name}-${new Date(now).toISOString().slice(0, 10)}.${format}`;
}

export function download(name: string, text: string, format: Format): void {
  saveBlob(name, new Blob([text], { type: format === "csv" ? "text/csv;charset=utf-8" : "application/json" }));
}
