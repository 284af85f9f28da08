import { whyOf } from "../desktop/why.ts";
import { serveWeb } from "./serve.ts";

const served = await serveWeb().catch((error: unknown) => {
  process.stderr.write(`Aeroplane could not start. ${whyOf(error)}\n`);
  process.exit(1);
});
process.stdout.write(`Aeroplane: ${served.url}\n`);

function leave(): void {
  // The end of a program waits for its threads, and one of them waits for a keychain that hangs.
  if (served.desktop.stuck()) process.kill(process.pid, "SIGKILL");
  process.exit(0);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => void served.close().finally(leave));
}
