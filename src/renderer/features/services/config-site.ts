import type { Service, SiteConfig, SiteSetting } from "@aeroplane/agent/contract";

/** How a site answers, as a person types it. */
export type SiteDraft = {
  /** "yes" or "no". */
  spa: string;
  /** "yes" or "no". */
  cleanUrls: string;
  /** "yes" or "no". */
  dotfiles: string;
  /** A pattern and a value on each line. */
  cacheRules: string;
};

export const emptySite: SiteDraft = { spa: "no", cleanUrls: "yes", dotfiles: "no", cacheRules: "" };

const word = (yes: boolean) => (yes ? "yes" : "no");

export const siteDraftOf = ({ spa = false, cleanUrls = true, dotfiles = false, cacheRules = [] }: NonNullable<Service["config"]["site"]>): SiteDraft => ({
  spa: word(spa),
  cleanUrls: word(cleanUrls),
  dotfiles: word(dotfiles),
  cacheRules: cacheRules.map(({ pattern, value }) => `${pattern} ${value}`).join("\n"),
});

/** What is as for a site that says nothing is undefined, and what cannot be set is left out. */
export function siteAnswersOf(draft: SiteDraft, can: (setting: SiteSetting) => boolean): Pick<SiteConfig, SiteSetting> {
  const lines = draft.cacheRules.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return {
    ...(can("spa") ? { spa: draft.spa === "yes" ? true : undefined } : {}),
    ...(can("cleanUrls") ? { cleanUrls: draft.cleanUrls === "no" ? false : undefined } : {}),
    ...(can("dotfiles") ? { dotfiles: draft.dotfiles === "yes" ? true : undefined } : {}),
    ...(can("cacheRules") ? { cacheRules: lines.length > 0 ? lines.map(ruleOf) : undefined } : {}),
  };
}

function ruleOf(line: string): { pattern: string; value: string } {
  const [pattern = "", ...value] = line.split(/\s+/);
  return { pattern, value: value.join(" ") };
}
