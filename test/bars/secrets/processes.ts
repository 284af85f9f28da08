// What every other process of this machine can read of others while it lasts.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const EVERY_MS = 100;
const BETWEEN = Buffer.from("\n");
const quietly = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch {
    return null;
  }
};

/** Looks again and again at the words and the environment of every process that is not inside of a container: there the environment is the app's own. */
export function watchProcesses(take: (chunk: Buffer) => void): { looks: () => number; end: () => void } {
  const own = readlinkSync("/proc/self/ns/pid");
  let looks = 0;
  const timer = setInterval(() => {
    looks += 1;
    const seen: Buffer[] = [];
    for (const pid of readdirSync("/proc")) {
      if (!/^\d+$/.test(pid)) continue;
      const words = quietly(() => readFileSync(`/proc/${pid}/cmdline`));
      if (words !== null) seen.push(words, BETWEEN);
      // Gone in between: what its namespace was is not known.
      if (quietly(() => readlinkSync(`/proc/${pid}/ns/pid`)) !== own) continue;
      const environ = quietly(() => readFileSync(`/proc/${pid}/environ`));
      if (environ !== null) seen.push(environ, BETWEEN);
    }
    take(Buffer.concat(seen));
  }, EVERY_MS);
  return { looks: () => looks, end: () => clearInterval(timer) };
}
