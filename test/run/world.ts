// The world's part of a run: everything slow is made once here, so that no test waits for it, and swept up at the end.
import { reapDead } from "../world/reap.ts";
import { raiseWorld } from "../world/raise.ts";
import { none } from "./counts.ts";
import type { Step } from "./steps.ts";

/** Raising it once proves every part of it: that is one check. */
export const warmWorld: Step = {
  name: "world",
  run: async (signal, say) => {
    const world = await raiseWorld({ signal, say: (line) => say(`${line}\n`) });
    try {
      const [ready] = await Promise.all([world.server("ready"), world.server("bare")]);
      const repository = await world.git.create("proof", { "README.md": "proof\n" });
      await ready.exec(["git", "ls-remote", repository.http]);
    } finally {
      await world.stop();
    }
    return { ...none, passed: 1 };
  },
};

export async function sweep(): Promise<void> {
  await reapDead().catch((error: unknown) =>
    process.stdout.write(`Sweeping up failed: ${String(error)}\n`),
  );
}
