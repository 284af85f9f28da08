import { ask, type Docker } from "./client.ts";

export type CacheRecord = { Size?: number; InUse?: boolean; Shared?: boolean };

/** Asked by hand: the client knows neither the one kind of space, whose others take Docker long, nor `all`. */
function call<T>(docker: Docker, method: "GET" | "POST", path: string, query: Record<string, string>, abortSignal?: AbortSignal): Promise<T> {
  return ask(
    () =>
      new Promise<T>((resolve, reject) => {
        const wanted = { method, path: `${path}?`, options: query, abortSignal, statusCodes: { 200: true } };
        docker.modem.dial(wanted as never, (error: unknown, answer: unknown) => (error ? reject(error as Error) : resolve(answer as T)));
      }),
  );
}

export async function buildCache(docker: Docker, signal: AbortSignal): Promise<CacheRecord[]> {
  return (await call<{ BuildCache?: CacheRecord[] | null }>(docker, "GET", "/system/df", { type: "build-cache" }, signal)).BuildCache ?? [];
}

/** Removes all of it that no build uses now; answers the bytes that came free. */
export async function pruneBuildCache(docker: Docker): Promise<number> {
  return (await call<{ SpaceReclaimed?: number }>(docker, "POST", "/build/prune", { all: "true" })).SpaceReclaimed ?? 0;
}
