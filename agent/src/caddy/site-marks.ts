/**
 * The folder in a site's own that holds what its release says of its answers, as names of empty files: it comes and goes with
 * the files, so a release that comes back brings its own. Visitors never get at it.
 */
export const SITE_MARKS = ".aeroplane-answers";

/**
 * Names in letters of any case that are for no visitor, whatever a site says: all that is Git's, its settings and what stands
 * beside them among it, and where tools keep passwords. As a pattern for JavaScript and for Go.
 */
export const NEVER_SERVED = "\\.(?:git[^/]*|env[^/]*|netrc|npmrc|htpasswd)";

/** As Caddy looks for them, below `SITE_MARKS`. */
export const MARK = { spa: "spa", ownNames: "own-names", dotfiles: "dotfiles", rules: "rules" } as const;

/** As a config has them; what is absent is as for a site that says nothing. */
export type SiteAnswers = {
  spa?: boolean;
  cleanUrls?: boolean;
  dotfiles?: boolean;
  cacheRules?: readonly { pattern: string; value: string }[];
};

/** Between a pattern and its value, which has none. */
export const RULE_ENDS = "@";
/** Stands for a slash, which no name may hold; no pattern has one. */
export const SLASH = "|";

/** The files below `SITE_MARKS`; one that says what all say without any has none. */
export function siteMarks({ spa = false, cleanUrls = true, dotfiles = false, cacheRules = [] }: SiteAnswers): string[] {
  return [
    ...(spa ? [MARK.spa] : []),
    ...(cleanUrls ? [] : [MARK.ownNames]),
    ...(dotfiles ? [MARK.dotfiles] : []),
    ...cacheRules.map((rule, at) => `${MARK.rules}/${at + 1}/${ruleName(rule)}`),
  ];
}

/** In small letters: Caddy makes those of a path small, and of a pattern that it reads at a request not in every version. */
const ruleName = ({ pattern, value }: { pattern: string; value: string }) => `${pattern.toLowerCase().replaceAll("/", SLASH)}${RULE_ENDS}${value}`;
