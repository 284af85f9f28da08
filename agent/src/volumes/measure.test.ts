import { linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFolders } from "./files.fixture.ts";
import { measureFolder } from "./measure.ts";

test("a size is what the disk gives: blocks, a file with two names once, nothing behind links", async () => {
  const { volume, outside, close } = openFolders();
  try {
    mkdirSync(join(volume, "a"), { recursive: true });
    mkdirSync(outside);
    writeFileSync(join(outside, "large"), Buffer.alloc(5_000_000, "x"));
    writeFileSync(join(volume, "a/file"), Buffer.alloc(1_000_000, "x"));
    linkSync(join(volume, "a/file"), join(volume, "again"));
    writeFileSync(join(volume, "hole"), "");
    truncateSync(join(volume, "hole"), 1024 ** 3);
    symlinkSync(outside, join(volume, "link"));
    const bytes = await measureFolder(volume);
    expect(bytes).toBeGreaterThanOrEqual(1_000_000);
    expect(bytes).toBeLessThan(2_000_000);
    expect(await measureFolder(join(volume, "gone"))).toContain("No such file");
    await expect(measureFolder(volume, AbortSignal.abort(new Error("left")))).rejects.toThrow("left");
  } finally {
    close();
  }
});
