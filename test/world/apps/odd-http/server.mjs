// Sample app that is good or odd in one of many ways. How, it asks its sibling "switch" each time it starts.
import { modes } from "./modes.mjs";

/** The sibling: GET /?service=NAME tells the mode, GET /?service=NAME&mode=MODE sets it. */
async function serveSwitch() {
  const { createServer } = await import("node:http");
  const told = new Map();
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url, "http://switch");
    const service = searchParams.get("service");
    if (searchParams.has("mode")) told.set(service, { modes: searchParams.get("mode").split(","), asked: 0 });
    const one = told.get(service);
    // Several modes are given in turn: of two instances one is good.
    response.end(one === undefined ? "ok" : one.modes[searchParams.has("mode") ? 0 : one.asked++ % one.modes.length]);
  });
  server.listen(3000);
  process.on("SIGTERM", () => process.exit(0));
}

async function whichMode() {
  if (process.env.MODE) return process.env.MODE;
  for (let tries = 1; ; tries += 1) {
    try {
      return await (await fetch(`http://switch:3000/?service=${process.env.SERVICE}`)).text();
    } catch (error) {
      if (tries === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

if (process.env.ROLE === "switch") {
  await serveSwitch();
} else {
  const mode = await whichMode();
  console.log(`release ${process.env.AEROPLANE_RELEASE_ID} starts, mode ${mode}`);
  await modes[mode](Number(process.env.PORT ?? 3000));
}
