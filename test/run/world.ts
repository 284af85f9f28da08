// The world's part of a run: everything slow is made once here, so that no test waits for it, and swept up at the end.
import { builtCaddy, newestCaddy, whyNoBuiltCaddy } from "../world/caddy.ts";
import { reapDead } from "../world/reap.ts";
import { raiseWorld } from "../world/raise.ts";
import { none } from "./counts.ts";
import type { Step } from "./steps.ts";

/** Raising it once proves every part of it: that is one check. */
export const warmWorld: Step = {
  name: "world",
  run: async (signal, say) => {
    // A new machine builds it for a minute or two, while the world's images wait for the network most of their time.
    const newest = whyNoBuiltCaddy(newestCaddy) === undefined ? builtCaddy(newestCaddy, signal) : undefined;
    // Whoever needs it says that it failed, and why.
    const built = newest?.catch(() => {});
    const world = await raiseWorld({ signal, say: (line) => say(`${line}\n`) });
    try {
      const [ready] = await Promise.all([world.server("ready"), world.server("bare")]);
      const repository = await world.git.create("proof", { "README.md": "proof\n" });
      await ready.exec(["git", "ls-remote", repository.http]);
    } finally {
      await world.stop();
    }
    await built;
    return { ...none, passed: 1 };
  },
};

export async function sweep(): Promise<void> {
  await reapDead().catch((error: unknown) =>
    process.stdout.write(`Sweeping up failed: ${String(error)}\n`),
  );
}
