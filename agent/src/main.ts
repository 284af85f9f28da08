import "./config/engine.ts";
import { readArguments, USAGE, type Command } from "./config/arguments.ts";
import { AGENT_VERSION } from "./version.ts";

let command: Command;
try {
  command = readArguments(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
  process.exit(2);
}

obey(command).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});

/** Rooms are loaded when it is known what to do: `version` must answer on a server that lacks everything. */
async function obey(what: Command): Promise<void> {
  switch (what.name) {
    case "bridge":
      await (await import("./bridge/bridge.ts")).bridge(what);
      break;
    case "version":
      process.stdout.write(`${AGENT_VERSION}\n`);
      break;
    case "serve":
      await (await import("./server/serve.ts")).serve(what.config, what);
      break;
    case "gate":
      await (await import("./server/gate.ts")).gate(what);
      break;
    case "commit":
      await (await import("./server/trial.ts")).askToStay(what);
      break;
    case "new-key":
      await (await import("./server/new-key.ts")).newKey(what);
      break;
    case "purge":
      await (await import("./server/purge.ts")).purge(what.config);
      break;
  }
}
