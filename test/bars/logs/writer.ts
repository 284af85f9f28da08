// A process that says numbered lines into a pipe at a steady rate: `writer.ts PIPE RATE COUNT FIRST`. It tells at its end how it went.
import { openSync, writeSync } from "node:fs";

export type Written = { said: number; seconds: number; /** The pipe had no reader any more. */ broken: boolean };

const [path = "", ...numbers] = process.argv.slice(2);
const [rate, count, first] = numbers.map(Number) as [number, number, number];
const AT_ONCE = 1000;
const pad = "x".repeat(48);
const clock = new Int32Array(new SharedArrayBuffer(4));

const pipe = openSync(path, "w");
const begun = performance.now();
let said = 0;
let broken = false;
while (said < count && !broken) {
  const due = Math.min(count, said + AT_ONCE, Math.floor(((performance.now() - begun) / 1000) * rate));
  if (due <= said) {
    Atomics.wait(clock, 0, 0, 2);
    continue;
  }
  let text = "";
  for (let number = first + said; number < first + due; number++) text += `n ${String(number).padStart(8, "0")} ${pad}\n`;
  try {
    for (let bytes = Buffer.from(text); bytes.length > 0; ) bytes = bytes.subarray(writeSync(pipe, bytes));
    said = due;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
    broken = true;
  }
}
process.send!({ said, seconds: (performance.now() - begun) / 1000, broken } satisfies Written);
