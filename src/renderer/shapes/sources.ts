import { BoxIcon, GitBranchIcon, LayersIcon, type LucideIcon } from "lucide-react";
import { readSource, sources, type Service, type Source, type SourceName } from "@aeroplane/agent/contract";
import type { Draft } from "../features/services/config.ts";

type Release = Pick<NonNullable<Service["liveRelease"]>, "image"> | null;

/** How a source is shown and typed: all in which sources differ in a window. */
type Face<S extends Source> = {
  icon: LucideIcon;
  /** As it is sent, from what was typed. */
  from(draft: Draft): S;
  /** Where it comes from, in one line. */
  line(source: S, release: Release): string;
  /** Beside a deployment, where it is short. */
  branch(source: S): string | null;
  /** What a service from it may be called. */
  suggestion(draft: Draft): string;
  /** What a person should know before making a service from it. */
  warning: string | null;
};

const faces: { [Name in SourceName]: Face<Extract<Source, { type: Name }>> } = {
  git: {
    icon: GitBranchIcon,
    from: (draft) => ({ type: "git", url: draft.url.trim(), branch: draft.branch.trim(), rootDirectory: draft.rootDirectory.trim(), submodules: draft.submodules === "yes" || undefined, lfs: draft.lfs === "yes" || undefined }),
    line: ({ branch, url }) => `${branch} · ${url.replace(/^\w+:\/\//, "")}`,
    branch: ({ branch }) => branch,
    suggestion: ({ url }) => url.replace(/\.git$/, ""),
    warning: null,
  },
  image: {
    icon: LayersIcon,
    from: (draft) => ({ type: "image", reference: draft.reference.trim() }),
    line: ({ reference }, release) => release?.image ?? reference,
    branch: () => null,
    suggestion: ({ reference }) => reference.replace(/[:@].*$/, ""),
    warning: "Data that the image keeps in volumes is not kept between releases.",
  },
};

/** The face of a source that is known here, told of that source alone. */
const faceOf = (source: Source): Face<Source> => faces[source.type] as unknown as Face<Source>;

/** Sources that this window can ask for, of those that a shape may be made from. */
export const knownSources = (names: readonly string[]): SourceName[] => names.filter((name): name is SourceName => Object.hasOwn(sources, name));

export const sourceWord = (name: string): string => (Object.hasOwn(sources, name) ? sources[name as SourceName].word : name);
export const sourceIcon = (name: string): LucideIcon => Object.hasOwn(faces, name) ? faces[name as SourceName].icon : BoxIcon;

/** The source as it is sent. */
export const sourceFrom = (name: SourceName, draft: Draft): Source => faces[name].from(draft);
export const suggestionFrom = (name: SourceName, draft: Draft): string => faces[name].suggestion(draft);
export const warningOf = (name: SourceName): string | null => faces[name].warning;

/** In one line; one that this window does not know, by its own name. */
export function sourceLine({ config, liveRelease }: Pick<Service, "config" | "liveRelease">): string {
  const known = readSource(config.source);
  return known === null ? sourceWord(config.source.type) : faceOf(known).line(known, liveRelease);
}

export function branchOf({ config }: Pick<Service, "config">): string | null {
  const known = readSource(config.source);
  return known === null ? null : faceOf(known).branch(known);
}
