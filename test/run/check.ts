// `npm run check`: type check and lint, what one wants to know before every commit.
import { sum } from "./counts.ts";
import { runInOrder } from "./order.ts";
import { lint, typecheck } from "./steps.ts";

const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => stop.abort());
const total = sum(await runInOrder([typecheck, lint], stop.signal));
process.exitCode = total.failed > 0 || stop.signal.aborted ? 1 : 0;
