import * as z from "zod";
import { open } from "./open.ts";
import type { SiteConfig } from "./site.ts";
import type { SourceName } from "./sources.ts";

/** Instances of one release, at most. */
export const MOST_REPLICAS = 8;

/** What a service of a shape is and does. It is answered with every service, so a window shows a shape that it has never heard of by these. */
export const traits = z.object({
  /** What it is called: "Web service". */
  word: z.string(),
  about: z.string(),
  /** What lives while it runs. */
  process: open<"container" | "files">(),
  /** Has hostnames. */
  routed: z.boolean(),
  /** Siblings reach it by its name. */
  named: z.boolean(),
  /** The port that it listens on: it must have one, it may, or it cannot. */
  port: open<"wanted" | "optional" | "none">(),
  /** What it may be made from. */
  sources: z.array(open<SourceName>()),
  makes: open<"image" | "site">(),
  /** How a release shows that it is well. */
  checked: open<"answers" | "stays-up" | "nothing">(),
  /** How a release takes the place of another. */
  replaced: open<"rolling" | "switch">(),
  /** Instances of a release, at most. */
  replicas: z.int(),
  /** Requests in flight end before the process does. */
  drains: z.boolean(),
  /** Started again when it ends by itself. */
  restarts: z.boolean(),
  /** Volumes of ours can be mounted in it; absent: it has none, or the agent knows of none. */
  volumes: z.boolean().optional(),
  /** How it is made to run, or answers as a site, can be chosen in these; an agent from before them names none. */
  settings: z.array(open<ShapeSetting>()).optional(),
  /** A command can be run once in a container of a release; an agent from before that says nothing. */
  runsOnce: z.boolean().optional(),
  /** What its drawer shows, in order. */
  drawer: z.array(open<DrawerPart>()),
});
export type Traits = z.infer<typeof traits>;
/** Fields of a config that not every shape has. */
export type RunSetting = (typeof runSettings)[number];
/** Fields of the `site` of a config that an agent from before them would drop without a word. */
export type SiteSetting = (typeof siteSettings)[number];
export type ShapeSetting = RunSetting | SiteSetting;
export type DrawerPart = "deployments" | "variables" | "logs" | "terminal" | "volumes" | "settings";

/** Of what has a process. */
export const runSettings = ["health", "startSeconds", "replace", "stopSignal", "stopSeconds", "restart", "init", "processors", "beforeDeploy", "names", "publish"] as const;
/** Of what makes a site. */
export const siteSettings = ["spa", "cleanUrls", "dotfiles", "cacheRules"] as const satisfies readonly (keyof SiteConfig)[];
const runs = ["deployments", "variables", "logs", "terminal", "volumes", "settings"] as const;

/** The shapes that there are: nothing asks for one by its name, but for its traits. */
export const shapes = {
  web: {
    word: "Web service",
    about: "Answers at a hostname",
    process: "container",
    routed: true,
    named: true,
    port: "wanted",
    sources: ["git", "image"],
    makes: "image",
    checked: "answers",
    replaced: "rolling",
    replicas: MOST_REPLICAS,
    drains: true,
    restarts: true,
    volumes: true,
    settings: [...runSettings],
    runsOnce: true,
    drawer: [...runs],
  },
  worker: {
    word: "Worker",
    about: "Runs without an address",
    process: "container",
    routed: false,
    named: true,
    port: "optional",
    sources: ["git", "image"],
    makes: "image",
    checked: "stays-up",
    replaced: "rolling",
    replicas: MOST_REPLICAS,
    drains: false,
    restarts: true,
    volumes: true,
    settings: [...runSettings],
    runsOnce: true,
    drawer: [...runs],
  },
  static: {
    word: "Static site",
    about: "Serves the files of a folder",
    process: "files",
    routed: true,
    named: false,
    port: "none",
    sources: ["git"],
    makes: "site",
    checked: "nothing",
    replaced: "switch",
    replicas: 1,
    drains: true,
    restarts: false,
    settings: [...siteSettings],
    runsOnce: false,
    drawer: ["deployments", "variables", "settings"],
  },
} as const satisfies Record<string, Traits>;

export type ShapeName = keyof typeof shapes;
export const shapeNames = Object.keys(shapes) as ShapeName[];
/** As it is taken: an agent refuses a shape that it does not know. */
export const shape = z.enum(shapeNames);
