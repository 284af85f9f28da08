import { serveWeb } from "./serve.ts";

const served = await serveWeb();
process.stdout.write(`Aeroplane: ${served.url}\n`);

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => void served.close().finally(() => process.exit(0)));
}
