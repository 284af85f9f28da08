import { ask, type Docker } from "./client.ts";

export type EngineInfo = {
  Driver?: string;
  DriverStatus?: [string, string][] | null;
  LiveRestoreEnabled?: boolean;
  Swarm?: { LocalNodeState?: string };
  DockerRootDir?: string;
  HttpsProxy?: string;
  ContainersRunning?: number;
  Containers?: number;
  Images?: number;
};

/** The client takes a signal here too, though its types do not say so. */
const given = (abortSignal?: AbortSignal) => ({ abortSignal }) as never;

export const engineInfo = (docker: Docker, signal?: AbortSignal): Promise<EngineInfo> => ask(() => docker.info(given(signal)) as unknown as Promise<EngineInfo>);

export async function engineVersion(docker: Docker, signal?: AbortSignal): Promise<string> {
  return (await ask(() => docker.version(given(signal)) as unknown as Promise<{ Version: string }>)).Version;
}

/** Where the engine keeps its data; the root when it does not say. */
export function engineDir(docker: Docker): Promise<string> {
  return engineInfo(docker).then(({ DockerRootDir }) => DockerRootDir ?? "/", () => "/");
}

/** For what must be done some time and is in nobody's way: asked again whenever an engine that was silent answers. Other failures are thrown. */
export async function untilHeard<T>({ pulse }: Pick<Docker, "pulse">, act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (pulse.silentSince() === null) throw error;
      await new Promise<void>((resolve) => {
        const forget = pulse.onHeardAgain(() => {
          forget();
          resolve();
        });
      });
    }
  }
}

/** Runs what talks to the engine by itself, as a builder does: it is not begun while the engine is silent, and its signal fires too when that falls silent. */
export async function whileItAnswers<T>({ pulse }: Pick<Docker, "pulse">, words: string, signal: AbortSignal, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const asked = { effect: null, words, seconds: null };
  const refused = pulse.refusal(asked);
  if (refused !== null) throw refused;
  const fell = new AbortController();
  const unwatch = pulse.watch(asked, (failure) => fell.abort(failure));
  try {
    return await act(AbortSignal.any([signal, fell.signal]));
  } finally {
    unwatch();
  }
}
