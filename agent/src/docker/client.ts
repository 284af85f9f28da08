import Dockerode from "dockerode";
import { fail, Failure } from "../../contract/problem.ts";
import { dialWithDeadlines, type Modem } from "./dial.ts";
import { createPulse, type Pulse } from "./pulse.ts";

export type Docker = Dockerode & { pulse: Pulse };

/** Talks to one Docker Engine through its unix socket; nothing is asked of it until the first call. Every call has a deadline. */
export function openDocker(socketPath: string, most = testSeconds()): Docker {
  const client = new Dockerode({ socketPath });
  const pulse = createPulse(async (abortSignal) => client.ping({ abortSignal } as never), Math.min(LONGEST_QUIET, most) * 1000);
  dialWithDeadlines(client.modem as Modem, { pulse, most });
  return Object.assign(client, { pulse });
}

const LONGEST_QUIET = 15;

/** Tests wait no minutes for an engine that hangs: no act may take longer than AEROPLANE_DOCKER_SECONDS. */
const testSeconds = () => Number(process.env.AEROPLANE_DOCKER_SECONDS) || Number.POSITIVE_INFINITY;

const UNREACHABLE = new Set(["ECONNREFUSED", "ENOENT", "EACCES", "ECONNRESET", "EPIPE", "ETIMEDOUT"]);

/** The HTTP status with which the engine refused, or null when the failure is no answer of it. */
export function statusOf(error: unknown): number | null {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === "number" ? status : null;
}

/** The engine's own sentence, without the client's prefix. */
export function reasonOf(error: unknown): string {
  const told = (error as { json?: { message?: unknown } } | null)?.json?.message;
  if (typeof told === "string" && told !== "") return told;
  return error instanceof Error ? error.message : String(error);
}

/** Runs one call; an engine that does not answer becomes DOCKER_UNAVAILABLE, everything else passes unchanged. */
export async function ask<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Failure) throw error;
    const code = (error as { code?: unknown } | null)?.code;
    if (statusOf(error) === null && typeof code === "string" && UNREACHABLE.has(code)) {
      throw fail("DOCKER_UNAVAILABLE", { why: `${code} on its socket` }, { cause: error });
    }
    throw error;
  }
}

/** As `ask`, for a removal or a change of state that may have happened already: 304 and 404 are success. */
export async function askGone(call: () => Promise<unknown>): Promise<void> {
  try {
    await ask(call);
  } catch (error) {
    const status = statusOf(error);
    if (status !== 304 && status !== 404) throw error;
  }
}
