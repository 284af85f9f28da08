import { ask, type Docker } from "./client.ts";

/** Resolves with the exit code when the container has ended; never when the signal fires first. */
export async function waitForExit(docker: Docker, id: string, signal: AbortSignal): Promise<number> {
  try {
    const { StatusCode } = (await ask(() => docker.getContainer(id).wait({ abortSignal: signal }))) as { StatusCode: number };
    return StatusCode;
  } catch (error) {
    if (signal.aborted) return new Promise<number>(() => {});
    throw error;
  }
}
