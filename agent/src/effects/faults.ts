/** The point at which this process dies on purpose, and which time that it is reached. */
export const wanted = process.env.AEROPLANE_FAULT;
const nth = Number(process.env.AEROPLANE_FAULT_NTH ?? 1);
let seen = 0;

/** Dies here as a power cut would, when AEROPLANE_FAULT names this point: "docker.container.create.after". */
export function point(name: string): void {
  if (name !== wanted) return;
  seen += 1;
  if (seen === nth) process.kill(process.pid, "SIGKILL");
}
