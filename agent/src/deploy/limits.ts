import { availableParallelism, totalmem } from "node:os";
import { size, type OpenConfig, type ServiceConfig } from "../../contract/index.ts";

const MiB = 1024 ** 2;

/** Processes and threads of one instance: hundreds are many, and without an end of them they are the whole server's. */
export const PROCESSES = 2048;

/** MiB that one instance may have: what its settings say, else three quarters of the server's, so that none takes all of it. */
export function memoryOf({ memoryMiB }: Pick<ServiceConfig, "memoryMiB">, total = totalmem()): number {
  return memoryMiB ?? Math.max(Math.floor((total / MiB) * 0.75), 64);
}

/** Processors that one instance may use: no more than there are, or Docker refuses it; undefined: all. */
export const processorsOf = ({ processors }: Pick<OpenConfig, "processors">, total = availableParallelism()): number | undefined => (processors === undefined ? undefined : Math.min(processors, total));

/** Seconds from the signal that asks an instance to stop to the one that it cannot hear. */
export const stopSecondsOf = ({ stopSeconds, drainSeconds }: Pick<OpenConfig, "stopSeconds" | "drainSeconds">): number => stopSeconds ?? drainSeconds;

/** For sentences: "512 MB". */
export const memoryWords = (config: Pick<ServiceConfig, "memoryMiB">): string => size(memoryOf(config) * MiB);
