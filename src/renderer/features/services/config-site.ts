import type { Service, SiteConfig } from "@aeroplane/agent/contract";

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

/** What is as for a site that says nothing is left out. */
export function siteAnswersOf(draft: SiteDraft): Pick<SiteConfig, "spa" | "cleanUrls" | "dotfiles" | "cacheRules"> {
  const lines = draft.cacheRules.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return {
    spa: draft.spa === "yes" ? true : undefined,
    cleanUrls: draft.cleanUrls === "no" ? false : undefined,
    dotfiles: draft.dotfiles === "yes" ? true : undefined,
    cacheRules: lines.length > 0 ? lines.map(ruleOf) : undefined,
  };
}

function ruleOf(line: string): { pattern: string; value: string } {
  const [pattern = "", ...value] = line.split(/\s+/);
  return { pattern, value: value.join(" ") };
}
