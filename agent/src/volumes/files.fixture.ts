import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Two folders beside each other: one is a volume, the other holds what must never be told. */
export function openFolders() {
  const base = mkdtempSync(join(tmpdir(), "aeroplane-volume-"));
  return { base, volume: join(base, "volume"), outside: join(base, "outside"), close: () => rmSync(base, { recursive: true, force: true }) };
}
