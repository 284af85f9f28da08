import type { DoctorReport } from "@aeroplane/agent/contract";
import { nameOf, inGroups, troubles } from "./summary.ts";

/** What must not leave with a report: credentials in addresses, and where the server is. */
export function withoutPlaces(text: string, own: readonly string[]): string {
  const hidden = text
    .replace(/\/\/[^/@\s]*@/g, "//•••@")
    .replace(/\b(?!127\.0\.0\.1\b)(?!0\.0\.0\.0\b)\d{1,3}(?:\.\d{1,3}){3}\b/g, "(address)")
    .replace(/\b[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,7}\b/gi, "(address)");
  return own.filter((word) => word.length > 2).reduce((shown, word) => shown.replaceAll(word, "(server)"), hidden);
}

/** The whole report as text, to paste where help is asked for. */
export function reportText(report: DoctorReport, version: string, own: readonly string[]): string {
  const lines = [`Aeroplane doctor, agent ${version}, ${new Date(report.at).toISOString()}`, troubles(report.checks) ?? "All checks are fine"];
  for (const [group, checks] of inGroups(report.checks)) {
    lines.push("", nameOf(group));
    for (const { state, title, detail, problem } of checks) {
      lines.push(`  ${state.padEnd(7)} ${title}${detail ? `: ${detail.replaceAll("\n", "; ")}` : ""}`);
      if (!problem) continue;
      lines.push(`          ${problem.code}: ${problem.message}`);
      if (problem.detail) lines.push(...problem.detail.split("\n").map((line) => `          | ${line}`));
    }
  }
  return withoutPlaces(lines.join("\n"), own);
}
