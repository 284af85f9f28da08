// Which Caddy the tests run: the part that servers get, or a newer one that the world builds from its Go module. The built one is never
// shipped: its makers publish no digest of it where it could be read, so it only shows what will come.
import { chmod, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cacheDir } from "./cache.ts";
import { run } from "./command.ts";
import { withLock } from "./lock.ts";

/** What `AEROPLANE_WORLD_CADDY` may say besides "part", and the sum of that module as Go's checksum database has it. */
const modules: Record<string, string> = {
  "2.11.9": "h1:bhZtcRKQOq0fuLvEgCdPYvUxXyGn9kzjG4lh2332DTE=",
};

export const builtCaddies: readonly string[] = Object.keys(modules);
export const newestCaddy = "2.11.9";

/** The wanted version, or undefined for the part. */
export function chosenCaddy(): string | undefined {
  const wanted = process.env["AEROPLANE_WORLD_CADDY"] ?? "part";
  if (wanted === "part") return undefined;
  if (!(wanted in modules))
    throw new Error(`AEROPLANE_WORLD_CADDY is ${wanted}; it may be part, ${builtCaddies.join(", ")}.`);
  return wanted;
}

/** Why a built Caddy cannot be had on this machine; undefined where it can. */
export function whyNoBuiltCaddy(version: string): string | undefined {
  if (existsSync(placeOf(version)) || goBin()) return undefined;
  return `Caddy ${version} is built from its Go module and there is no Go on this machine`;
}

/** The program of that version; about 90 s the first time on a machine, of the processor's time mostly. */
export async function builtCaddy(version: string, signal?: AbortSignal): Promise<string> {
  const place = placeOf(version);
  if (existsSync(place)) return place;
  await mkdir(cacheDir, { recursive: true });
  return await withLock(
    join(cacheDir, "caddy-module.lock"),
    async () => {
      if (!existsSync(place)) await build(version, place, signal);
      return place;
    },
    { signal },
  );
}

const placeOf = (version: string) => join(cacheDir, `caddy-module-${version}-${process.arch}`, "caddy");

async function build(version: string, place: string, signal?: AbortSignal): Promise<void> {
  const go = goBin();
  if (!go) throw new Error(`${whyNoBuiltCaddy(version)}.`);
  const folder = await mkdtemp(join(cacheDir, "caddy-module-new-"));
  try {
    const env = { CGO_ENABLED: "0", GOBIN: folder, GOOS: "", GOARCH: "" };
    const module = `github.com/caddyserver/caddy/v2/cmd/caddy@v${version}`;
    // Stripped as its makers do; and a Caddy that is built so would call itself unknown.
    const named = `-ldflags=-s -w -X github.com/caddyserver/caddy/v2.CustomVersion=v${version}`;
    await run([go, "install", "-trimpath", named, module], { cwd: folder, env, signal, timeout: 1_200_000 });
    const madeOf = await run([go, "version", "-m", join(folder, "caddy")], { signal });
    const wanted = ["mod", "github.com/caddyserver/caddy/v2", `v${version}`, modules[version]].join("\t");
    if (!madeOf.includes(wanted)) throw new Error(`The Caddy that was built is not of ${wanted}:\n${madeOf.slice(0, 400)}`);
    // Caddy's own user starts it.
    await chmod(folder, 0o755);
    await rm(join(place, ".."), { recursive: true, force: true });
    await rename(folder, join(place, ".."));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function goBin(): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/local/go/bin", "/usr/lib/go/bin"];
  return folders.map((folder) => join(folder, "go")).find((path) => path.startsWith("/") && existsSync(path));
}
