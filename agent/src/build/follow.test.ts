import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Watch } from "../effects/effect.ts";

test("a file that its writer has not made yet is made, as an effect", async () => {
  const seen: string[] = [];
  const watch: Watch = { effect: (name, act) => (seen.push(name), act()), during: () => {} };
  (globalThis as Record<symbol, unknown>)[Symbol.for("run.aeroplane.effects")] = watch;
  const { follow } = await import("./follow.ts");
  const folder = await mkdtemp(join(tmpdir(), "aeroplane-follow-"));
  try {
    for await (const text of follow(join(folder, "output"), Promise.resolve())) throw new Error(`It holds ${text}`);
    expect(seen).toEqual(["build.output.open"]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
