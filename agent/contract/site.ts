import * as z from "zod";
import * as name from "./names.ts";

/** Each is looked for, in turn, by every request for a site that has any. */
export const MOST_CACHE_RULES = 10;

const BUILD_IMAGE = "node:24-slim";

/** What a static site is made from, and how it answers. */
export const siteConfig = z.object({
  /** Relative to the root directory; empty: the root directory itself. */
  outputDirectory: name.repositoryPath.default(""),
  /** Runs in `buildImage` before; null: the files are served as they are. */
  buildCommand: name.command.nullable().default(null),
  buildImage: name.imageReference.default(BUILD_IMAGE),
  /** What is not there is answered with index.html, so that the app in it finds the page; a missing script or picture stays missing. Absent: no. */
  spa: z.boolean().optional(),
  /** /about finds about.html. Absent: yes. */
  cleanUrls: z.boolean().optional(),
  /** Files whose names begin with a dot are served, too; .well-known always is, and what is Git's (.git…), an .env file of any sort (.env…), .netrc, .npmrc and .htpasswd never. Absent: no. */
  dotfiles: z.boolean().optional(),
  /** How long browsers and proxies may keep which files, by the first whose pattern fits the file that is served; the others by their names. */
  cacheRules: z.array(z.object({ pattern: name.sitePattern, value: name.cacheControl })).max(MOST_CACHE_RULES).optional(),
});
export type SiteConfig = z.infer<typeof siteConfig>;

/** As it is answered, with what a newer agent admits and knows besides. */
export const openSite = z.looseObject({
  outputDirectory: z.string().default(""),
  buildCommand: z.string().nullable().default(null),
  buildImage: z.string().default(BUILD_IMAGE),
  spa: z.boolean().optional(),
  cleanUrls: z.boolean().optional(),
  dotfiles: z.boolean().optional(),
  cacheRules: z.array(z.looseObject({ pattern: z.string(), value: z.string() })).optional(),
});
