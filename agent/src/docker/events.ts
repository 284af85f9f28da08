import { setTimeout as sleep } from "node:timers/promises";
import { ask, type Docker } from "./client.ts";
import { jsonLines } from "./lines.ts";
import { LABEL, ownerOf, type Owner } from "./names.ts";

export type ContainerEvent = {
  /** create, start, oom, die, destroy; "health_status: healthy" */
  action: string;
  id: string;
  owner: Owner;
  exitCode: number | null;
  at: number;
};

type Raw = {
  Action?: string;
  Actor?: { ID?: string; Attributes?: Record<string, string> };
  timeNano?: number;
};

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Tells what happens to the instance's containers until the signal fires. An engine that goes away is waited for, one that
 * was silent is asked again as soon as it answers anything; `onConnect` says each time that from here on nothing is missed,
 * so that the caller looks at what it may have missed, and `onLost` that from here on things are.
 */
export async function followEvents(
  docker: Docker,
  options: { instance: string; signal: AbortSignal; onEvent: (event: ContainerEvent) => void; onConnect: () => void; onLost: () => void },
): Promise<void> {
  let pause = FIRST_PAUSE_MS;
  while (!options.signal.aborted) {
    try {
      const stream = await ask(() =>
        docker.getEvents({
          abortSignal: options.signal,
          filters: { type: ["container"], event: ["create", "start", "oom", "die", "destroy", "health_status"], label: [`${LABEL}.instance=${options.instance}`] },
        }),
      );
      pause = FIRST_PAUSE_MS;
      options.onConnect();
      for await (const raw of jsonLines<Raw>(stream, options.signal)) {
        const event = read(raw);
        if (event !== null) options.onEvent(event);
      }
    } catch {
      // Nothing more to tell: the doctor reports an engine that is away, and the pause grows.
    }
    if (!options.signal.aborted) options.onLost();
    pause = (await heardWithin(docker, pause, options.signal)) ? FIRST_PAUSE_MS : Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

/** Waits so long, or until an engine that was silent answers again: then it is asked at once. */
async function heardWithin({ pulse }: Docker, milliseconds: number, signal: AbortSignal): Promise<boolean> {
  const heard = new AbortController();
  const forget = pulse.onHeardAgain(() => heard.abort());
  await sleep(milliseconds, undefined, { signal: AbortSignal.any([signal, heard.signal]) }).catch(() => {});
  forget();
  return heard.signal.aborted;
}

function read(raw: Raw): ContainerEvent | null {
  const owner = ownerOf(raw.Actor?.Attributes);
  if (owner === null || raw.Actor?.ID === undefined || raw.Action === undefined) return null;
  const exit = raw.Actor.Attributes?.exitCode;
  return {
    action: raw.Action,
    id: raw.Actor.ID,
    owner,
    exitCode: exit === undefined ? null : Number(exit),
    at: Math.floor((raw.timeNano ?? 0) / 1e6) || Date.now(),
  };
}
