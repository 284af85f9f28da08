// Where the world keeps what is slow to make. Outside the checkout, so that a fresh clone on a kept machine starts warm.
import { homedir } from "node:os";
import { join } from "node:path";

export const cacheDir =
  process.env["AEROPLANE_WORLD_CACHE"] ??
  (process.getuid?.() === 0
    ? "/var/cache/aeroplane-world"
    : join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "aeroplane-world"));

export const partsDir = join(cacheDir, "parts");
