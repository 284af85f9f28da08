// Loaded into the app before anything of its own: every program that it starts leaves a line.
import child from "node:child_process";
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const into = process.env["SPAWNS_FILE"]!;
const say = (what: unknown) => appendFileSync(into, `${Date.now()} ${JSON.stringify(what)}\n`);

const prototype = child.ChildProcess.prototype as unknown as { spawn: (options: { args?: string[]; file?: string }) => unknown };
const { spawn } = prototype;
prototype.spawn = function (options) {
  say(options.args ?? options.file);
  return spawn.call(this, options);
};
for (const name of ["spawnSync", "execFileSync", "execSync"] as const) {
  const act = child[name] as (...given: unknown[]) => unknown;
  (child as Record<string, unknown>)[name] = (...given: unknown[]) => {
    say([name, given[0], given[1]]);
    return act(...given);
  };
}
syncBuiltinESMExports();
