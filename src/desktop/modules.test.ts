import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** What Node and Electron's main process both have, alike; no Electron runs in the tests to say so. */
const ALLOWED = new Set(
  [
    ...["child_process", "crypto", "dns/promises", "events", "fs", "fs/promises", "http", "http2", "module", "net", "os", "path"],
    ...["stream", "stream/promises", "stream/web", "timers/promises", "url", "util", "worker_threads", "zlib"],
  ].map((name) => `node:${name}`),
);

test("the desktop services use only what Electron's Node has too", () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  const strangers = files.flatMap((file) => {
    const text = readFileSync(join(import.meta.dirname, file), "utf8");
    const imported = [...text.matchAll(/(?:from|import)\s*\(?\s*"(node:[^"]+|electron)"/g)].map((match) => match[1]!);
    return imported.filter((name) => !ALLOWED.has(name)).map((name) => `${file} imports ${name}`);
  });
  expect(strangers).toEqual([]);
});
