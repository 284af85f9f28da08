import { appendFileSync } from "node:fs";

const wanted = process.env.AEROPLANE_FAULT;
const nth = Number(process.env.AEROPLANE_FAULT_NTH ?? 1);
const record = process.env.AEROPLANE_FAULT_RECORD;
let seen = 0;

/**
 * A place where the process can be killed on purpose. It dies here as a power cut would when AEROPLANE_FAULT names this
 * point (the NTH time that it is reached); AEROPLANE_FAULT_RECORD names a file that takes every point that is reached.
 */
export function point(name: string): void {
  if (record !== undefined) appendFileSync(record, `${name}\n`);
  if (name !== wanted) return;
  seen += 1;
  if (seen === nth) process.kill(process.pid, "SIGKILL");
}
