// What the page loads before anything can be painted: its document, its style, and every module that its entry imports as such.
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Words that stand in no other code: each is a library that no first look needs. */
const LATER = { "@xterm/xterm": "xterm-helper-textarea" } as const;

export type FirstFiles = { files: { name: string; bytes: number }[]; bytes: number; /** Libraries in them that are to come later. */ tooEarly: string[] };

export async function firstFiles(folder: string): Promise<FirstFiles> {
  const found = new Map<string, string>();
  async function take(path: string): Promise<void> {
    if (found.has(path)) return;
    const text = await readFile(path, "utf8");
    found.set(path, text);
    for (const name of named(path, text)) await take(join(dirname(path), name));
  }
  await take(join(folder, "index.html"));
  const files = [...found].map(([path, text]) => ({ name: basename(path), bytes: Buffer.byteLength(text) }));
  const all = [...found.values()].join("\n");
  return { files, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), tooEarly: Object.entries(LATER).flatMap(([library, word]) => (all.includes(word) ? library : [])) };
}

/** The page names its scripts and styles, a script the modules that it imports; what is imported by a call comes later. */
function named(path: string, text: string): string[] {
  const pattern = path.endsWith(".html") ? /(?:src|href)="(\.[^"]+\.(?:js|css))"/g : path.endsWith(".js") ? /(?:\bfrom|\bimport)\s*["'`](\.[^"'`]+\.js)["'`]/g : null;
  return pattern ? [...text.matchAll(pattern)].map(([, name]) => name!) : [];
}
