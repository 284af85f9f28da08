import * as z from "zod";
import * as name from "./names.ts";
import { open } from "./open.ts";

export const gitSource = z.object({
  type: z.literal("git"),
  url: name.gitUrl,
  branch: name.branch,
  /** Where the Dockerfile or the site lies; empty for the repository's root. */
  rootDirectory: name.repositoryPath.default(""),
  /** Also fetch what other repositories hold of it, where these may be read without a password; else their folders are empty. */
  submodules: z.boolean().optional(),
  /** Also fetch the files that Git LFS keeps, with git-lfs of the server, where they may be read without a password; else the text that points to them stands there. */
  lfs: z.boolean().optional(),
});
export type GitSource = z.infer<typeof gitSource>;

export const imageSource = z.object({ type: z.literal("image"), reference: name.imageReference });
export type ImageSource = z.infer<typeof imageSource>;

/** What a service may be made from: all that differs between sources, as far as an app and an agent both ask for it. */
export const sources = {
  git: { word: "Git repository", about: "Built from its Dockerfile", builds: true, revision: "commit" },
  image: { word: "Docker image", about: "Used as it is", builds: false, revision: "image" },
} as const satisfies Record<string, SourceTraits>;

export type SourceTraits = {
  word: string;
  about: string;
  /** Something is made from it; else it is used as it is. */
  builds: boolean;
  /** What tells two states of it apart. */
  revision: "commit" | "image";
};
export type SourceName = keyof typeof sources;

/** As it is taken: an agent refuses a source that it does not know. */
export const source = z.discriminatedUnion("type", [gitSource, imageSource]);
export type Source = z.infer<typeof source>;

/** As it is answered: a window shows one that it does not know by its own name. */
export const openSource = z.looseObject({ type: open<SourceName>() });
export type OpenSource = z.infer<typeof openSource>;

/** What was read of it, as long as it is there: a window asks several times for every card that it draws. */
const read = new WeakMap<OpenSource, Source | null>();

/** The source with its fields where it is one that is known here; else null. Nobody changes what was given, or the answer. */
export function readSource(given: OpenSource): Source | null {
  const before = read.get(given);
  if (before !== undefined) return before;
  const now = source.safeParse(given).data ?? null;
  read.set(given, now);
  return now;
}
