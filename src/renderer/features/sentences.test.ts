import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const renderer = join(import.meta.dirname, "..");

/** Where a sentence of an error is shown without its next step and its buttons, and where these stand. */
const ELSEWHERE: Record<string, string> = {
  "ui/note.tsx": "draws them",
  "data/problem.ts": "text to copy",
  "data/jobs.ts": "a warning of a job that succeeded, which keeps it; a failure is drawn whole by the list of jobs",
  "actions/loss.ts": "not shown",
  "features/activity/row.tsx": "the line opens and has them",
  "features/activity/page.tsx": "why a role may not look; nothing can be pressed about it",
  "features/activity/export.ts": "a file",
  "features/doctor/checks.tsx": "the check opens and has them",
  "features/doctor/report.ts": "a file",
  "features/jobs/outcomes.ts": "a toast leads to where they are",
  "features/transfers/outcomes.ts": "a toast with the first button; the list has all",
  "features/services/card.tsx": "the card opens the deployment that has them",
  "features/deployments/earlier.tsx": "the line opens the deployment that has them",
  "features/deployments/tab.tsx": "a key of a list",
  "features/people/page.tsx": "stands above in full",
  "features/servers/server-page.tsx": "a key of a list",
  "features/servers/host-key.tsx": "another sentence for the same note",
  "features/services/new-dialog.tsx": "beside the field that has to change",
  "features/name-dialog.tsx": "beside the field that has to change",
};

const SHOWS = /(?:[pP]roblem|failed|refusal|trouble|warning|unable|taken\w*|warnings\[0\]|problemOf\([^)]*\))\??\.(?:message|next)\b/;

test("a sentence of an error stands with its next step and its buttons, or says where these are", () => {
  const files = globSync("**/*.{ts,tsx}", { cwd: renderer }).filter((file) => !file.includes(".test."));
  const showing = files.filter((file) => SHOWS.test(readFileSync(join(renderer, file), "utf8")));
  expect(showing.filter((file) => !(file in ELSEWHERE))).toEqual([]);
  expect(Object.keys(ELSEWHERE).filter((file) => !files.includes(file))).toEqual([]);
  expect(files.length).toBeGreaterThan(100);
});
