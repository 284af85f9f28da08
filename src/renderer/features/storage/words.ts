import { MOST_KEPT_RELEASES, type StorageSettings } from "@aeroplane/agent/contract";

export const GB = 1024 ** 3;
export const BUDGETS = ["imagesBytes", "cacheBytes", "logsBytes", "freeBytes"] as const;
export type Budget = (typeof BUDGETS)[number];
/** As typed: gigabytes, and nothing where the server decides. */
export type Draft = Record<Budget | "releases", string>;

export const draftOf = (settings: StorageSettings): Draft => ({
  releases: String(settings.releases),
  ...(Object.fromEntries(BUDGETS.map((field) => [field, settings[field] === null ? "" : figure(settings[field])])) as Record<Budget, string>),
});

/** Without what a person would not have typed. */
export const figure = (bytes: number): string => String(Math.round((bytes / GB) * 100) / 100);

const readFigure = (text: string): number | null => (/^\d{1,6}([.,]\d{1,3})?$/.test(text.trim()) ? Number(text.trim().replace(",", ".")) : null);

/** What is wrong, by field. */
export function wrongIn(draft: Draft): Partial<Record<keyof Draft, string>> {
  const wrong: Partial<Record<keyof Draft, string>> = {};
  if (!/^\d+$/.test(draft.releases.trim()) || Number(draft.releases) < 1 || Number(draft.releases) > MOST_KEPT_RELEASES) wrong.releases = `A number from 1 to ${MOST_KEPT_RELEASES}`;
  for (const field of BUDGETS) if (draft[field].trim() !== "" && readFigure(draft[field]) === null) wrong[field] = "Gigabytes, such as 20 or 0.5; empty: the server decides";
  return wrong;
}

export const settingsOf = (draft: Draft): StorageSettings => ({
  releases: Number(draft.releases),
  ...(Object.fromEntries(BUDGETS.map((field) => [field, draft[field].trim() === "" ? null : Math.round(readFigure(draft[field])! * GB)])) as Record<Budget, number | null>),
});
