import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { localTransport } from "../local/transport.ts";

const { exec } = localTransport();
/** Says this, then breaks. */
const breaking = (...said: string[]) =>
  Readable.from(
    (async function* () {
      yield* said;
      throw new Error("the disk of this computer is gone");
    })(),
  );
const endless = () => new Readable({ read() { this.push(Buffer.alloc(64 * 1024)); } });

test("a command whose input broke off ends with the cause, and never takes what came for all of it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "aeroplane-input-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const kept = join(folder, "kept");
  await expect(exec(["sh", "-c", 'cat > "$1.new" && mv "$1.new" "$1"', "sh", kept], { stdin: breaking("half of ", "it") })).rejects.toThrow("the disk of this computer is gone");
  expect(existsSync(kept)).toBe(false);
});

test("a command may close its input: its exit code tells the story", async () => {
  const [fine, refused, whole] = await Promise.all([
    exec(["sh", "-c", "exec 0<&-; sleep 0.2; echo enough"], { stdin: endless() }),
    exec(["sh", "-c", "head -c 3 >/dev/null; exit 65"], { stdin: endless() }),
    exec(["cat"], { stdin: Readable.from(["a", "ll"]) }),
  ]);
  expect([fine, refused, whole]).toEqual([
    { code: 0, stdout: "enough\n", stderr: "" },
    { code: 65, stdout: "", stderr: "" },
    { code: 0, stdout: "all", stderr: "" },
  ]);
});
