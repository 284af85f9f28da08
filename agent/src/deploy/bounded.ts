import type { JobContext } from "../jobs/index.ts";
import type { LogStream } from "../log/line.ts";

type Bounds = { lines: number; characters: number; last: number };

/** More is read by nobody, and each line is written while everything else of the agent waits. */
const BOUNDS: Bounds = { lines: 10_000, characters: 10 * 1024 ** 2, last: 50 };
/** Of what is kept in memory; the log itself cuts lines there. */
const LONGEST_LINE = 8192;

/** A process's words into a log: its beginning as it comes, and at its end the last lines of what was left out. */
export function bounded(log: JobContext["log"], { lines, characters, last }: Bounds = BOUNDS): { log: JobContext["log"]; isFull(): boolean; end(): void } {
  let count = 0;
  let said = 0;
  let leftOut = 0;
  const tail: { text: string; stream: LogStream | undefined }[] = [];
  return {
    log(text, stream) {
      const line = text.slice(0, LONGEST_LINE + 1);
      if (leftOut === 0 && count < lines && said + line.length <= characters) {
        count += 1;
        said += line.length;
        return log(line, stream);
      }
      leftOut += 1;
      if (leftOut === 1) log("It says more than is kept here: the rest is left out but for its last lines");
      tail.push({ text: line, stream });
      if (tail.length > last) tail.shift();
    },
    /** Whatever is said from here on stands in the log only if it is among the last lines. */
    isFull: () => leftOut > 0,
    end() {
      if (leftOut > tail.length) log(`… ${leftOut - tail.length} lines are left out …`);
      for (const { text, stream } of tail.splice(0)) log(text, stream);
    },
  };
}
