import { ask, type Docker } from "./client.ts";

export type CacheRecord = { ID?: string; Type?: string; Description?: string; Size?: number; InUse?: boolean; Shared?: boolean; LastUsedAt?: string | null; UsageCount?: number; Parent?: string; Parents?: string[] | null };

/** Asked by hand: the client knows neither the one kind of space, whose others take Docker long, nor `all`. */
export function call<T>(docker: Docker, method: "GET" | "POST", path: string, query: Record<string, string>, abortSignal?: AbortSignal): Promise<T> {
  return ask(
    () =>
      new Promise<T>((resolve, reject) => {
        const wanted = { method, path: `${path}?`, options: query, abortSignal, statusCodes: { 200: true } };
        docker.modem.dial(wanted as never, (error: unknown, answer: unknown) => (error ? reject(error as Error) : resolve(answer as T)));
      }),
  );
}

type Usage<T> = { Items?: T[] | null } | null;
type DiskUsage<T> = Record<string, T[] | Usage<T> | undefined>;

/** One list of what Docker has: of its own, or from API 1.53 on alone within a usage. Throws where it tells neither. */
export async function listUsage<T>(docker: Docker, type: string, [list, usage]: [string, string], signal: AbortSignal): Promise<T[]> {
  const told = await call<DiskUsage<T>>(docker, "GET", "/system/df", { type, verbose: "1" }, signal);
  if (told[usage] != null) return (told[usage] as { Items?: T[] | null }).Items ?? [];
  if (!(list in told)) throw new Error(`Docker does not tell what it has of ${type}`);
  return (told[list] as T[] | null) ?? [];
}

export const buildCache = (docker: Docker, signal: AbortSignal): Promise<CacheRecord[]> => listUsage<CacheRecord>(docker, "build-cache", ["BuildCache", "BuildCacheUsage"], signal);

/** Removes all of it that no build uses now; answers the bytes that came free. */
export async function pruneBuildCache(docker: Docker): Promise<number> {
  return (await call<{ SpaceReclaimed?: number }>(docker, "POST", "/build/prune", { all: "true" })).SpaceReclaimed ?? 0;
}

/** So many ids are named in one call: they stand in its address. */
const AT_ONCE = 60;

/** Removes these records alone, of them none that a build uses now or that others stand on; answers the bytes that came free. */
export async function pruneRecords(docker: Docker, ids: readonly string[]): Promise<number> {
  let free = 0;
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    // BuildKit reads one value, as an expression between slashes.
    const only = `/^(${ids.slice(at, at + AT_ONCE).filter((id) => /^[a-z0-9]+$/.test(id)).join("|")})$/`;
    if (only === "/^()$/") continue;
    const filters = JSON.stringify({ id: { [only]: true } });
    free += (await call<{ SpaceReclaimed?: number }>(docker, "POST", "/build/prune", { all: "true", filters })).SpaceReclaimed ?? 0;
  }
  return free;
}
