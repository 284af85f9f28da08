import { homedir } from "node:os";
import { join } from "node:path";

type Surroundings = { platform: NodeJS.Platform; env: NodeJS.ProcessEnv; home: string };

const here = (): Surroundings => ({ platform: process.platform, env: process.env, home: homedir() });

/** Where this person's settings lie, by the platform's rule. */
export function configFolder({ platform, env, home }: Surroundings = here()): string {
  if (env.AEROPLANE_CONFIG_DIR) return env.AEROPLANE_CONFIG_DIR;
  if (platform === "win32") return join(env.APPDATA ?? join(home, "AppData", "Roaming"), "Aeroplane");
  if (platform === "darwin") return join(home, "Library", "Application Support", "Aeroplane");
  return join(absolute(env.XDG_CONFIG_HOME) ?? join(home, ".config"), "aeroplane");
}

/** Where fetched parts lie; may be deleted at any time. */
export function cacheFolder({ platform, env, home }: Surroundings = here()): string {
  if (env.AEROPLANE_CACHE_DIR) return env.AEROPLANE_CACHE_DIR;
  if (platform === "win32") return join(env.LOCALAPPDATA ?? join(home, "AppData", "Local"), "Aeroplane", "Cache");
  if (platform === "darwin") return join(home, "Library", "Caches", "Aeroplane");
  return join(absolute(env.XDG_CACHE_HOME) ?? join(home, ".cache"), "aeroplane");
}

/** The XDG rule: a relative path is ignored. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith("/") ? path : undefined;
}
