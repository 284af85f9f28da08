import { totalmem } from "node:os";
import { size, type ServiceConfig } from "../../contract/index.ts";

const MiB = 1024 ** 2;

/** Processes and threads of one instance: hundreds are many, and without an end of them they are the whole server's. */
export const PROCESSES = 2048;

/** MiB that one instance may have: what its settings say, else three quarters of the server's, so that none takes all of it. */
export function memoryOf({ memoryMiB }: Pick<ServiceConfig, "memoryMiB">, total = totalmem()): number {
  return memoryMiB ?? Math.max(Math.floor((total / MiB) * 0.75), 64);
}

/** For sentences: "512 MB". */
export const memoryWords = (config: Pick<ServiceConfig, "memoryMiB">): string => size(memoryOf(config) * MiB);
