// Every image of the world as data: what it is called, what it stands on, how it is made.
import { cp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CommandOptions } from "../command.ts";
import { buildImage } from "../docker.ts";
import { ownedFolder } from "../folder.ts";
import { authority } from "./authority.ts";
import { importBase, version as baseVersion, type Suite } from "./base.ts";
import { nodeDistribution } from "./distribution.ts";

export type Recipe = {
  /** Raised by hand when something outside the folder changes what comes out. */
  version: number;
  needs: string[];
  folder?: string;
  /** Further inputs of the key. */
  inputs?: () => Promise<string>;
  make: (tag: string, labels: string[], options: CommandOptions) => Promise<void>;
};

const here = import.meta.dirname;

const base = (suite: Suite): Recipe => ({
  version: baseVersion,
  needs: [],
  make: (tag, labels, options) => importBase(suite, tag, labels, options),
});

const simple = (name: string, needs: string[]): Recipe => ({
  version: 1,
  needs,
  folder: join(here, name),
  make: async (tag, labels, options) =>
    void (await buildImage([...named(tag, labels), join(here, name)], options)),
});

const server = (
  base: string,
  stage: "bare" | "ready",
  dockerPackages: string,
  needs: string[],
): Recipe => ({
  version: 1,
  needs,
  folder: join(here, "server"),
  inputs: async () => await readFile((await authority()).certificate, "utf8"),
  make: async (tag, labels, options) => {
    const { certificate } = await authority();
    const settings = [
      `--build-arg=BASE=${base}`,
      `--build-arg=DOCKER_PACKAGES=${dockerPackages}`,
      `--target=${stage}`,
    ];
    await buildWith(
      join(here, "server"),
      { "world-ca.crt": certificate },
      [...named(tag, labels), ...settings],
      options,
    );
  },
});

/** Builds a folder of ours together with things from elsewhere (the BuildKit of Docker 20.10 knows no named contexts). */
async function buildWith(
  folder: string,
  extras: Record<string, string>,
  args: string[],
  options: CommandOptions,
): Promise<void> {
  const context = await ownedFolder("context");
  try {
    await cp(folder, context, { recursive: true });
    for (const [name, path] of Object.entries(extras))
      await cp(path, join(context, name), { recursive: true, verbatimSymlinks: true });
    await buildImage([...args, context], options);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

function named(tag: string, labels: string[]): string[] {
  return ["--tag", tag, ...labels.flatMap((label) => ["--label", label])];
}

export const recipes = {
  "debian:trixie-slim": base("trixie"),
  "debian:bookworm-slim": base("bookworm"),
  // By the name that apps ask for; inside is the Node that runs the tests.
  "node:24-slim": {
    version: 1,
    needs: ["debian:trixie-slim"],
    folder: join(here, "node"),
    inputs: async () => process.version,
    make: async (tag, labels, options) => {
      const dist = await nodeDistribution(options);
      await buildWith(join(here, "node"), { dist }, named(tag, labels), options);
    },
  },
  "world/tiny:1": simple("tiny", ["debian:trixie-slim"]),
  "world/volume:1": simple("volume", ["world/tiny:1"]),
  "world/asker-go:1": simple("asker-go", ["debian:trixie-slim"]),
  "world/asker-musl:1": simple("asker-musl", ["debian:trixie-slim"]),
  "world/server:bare-13": server("debian:trixie-slim", "bare", "", ["debian:trixie-slim"]),
  "world/server:ready-13": server("debian:trixie-slim", "ready", "docker.io docker-cli", [
    "world/server:bare-13",
  ]),
  "world/server:bare-12": server("debian:bookworm-slim", "bare", "", ["debian:bookworm-slim"]),
  "world/server:ready-12": server("debian:bookworm-slim", "ready", "docker.io", [
    "world/server:bare-12",
  ]),
} satisfies Record<string, Recipe>;

export type ImageTag = keyof typeof recipes;
