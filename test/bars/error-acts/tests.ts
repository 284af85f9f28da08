// Which tests and bars name a code as what they expect.
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

const root = join(import.meta.dirname, "../../..");
const own = "test/bars/error-acts";

/** Code → files of tests that expect it. What makes a problem up does not count as expecting it. */
export async function testsOf(codes: readonly string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>(codes.map((code) => [code, []]));
  for (const file of await testFiles()) {
    const lines = (await readFile(join(root, file), "utf8")).split("\n");
    for (const code of codes) if (lines.some((line) => expects(line, code))) found.get(code)!.push(file);
  }
  return found;
}

const expects = (line: string, code: string) => line.includes(code) && new RegExp(`(?<![A-Z0-9_])${code}(?![A-Z0-9_])`).test(line) && !new RegExp(`(?:describe|fail)\\("${code}"`).test(line) && !/^\s*(?:\/\/|\*|\/\*\*)/.test(line);

async function testFiles(): Promise<string[]> {
  const files: string[] = [];
  for (const folder of ["agent", "src", "test"]) {
    for (const entry of await readdir(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = relative(root, join(entry.parentPath, entry.name));
      if (!entry.isFile() || path.includes("node_modules") || path.startsWith(own) || !/\.tsx?$/.test(path)) continue;
      if (folder === "test" || /\.test\.tsx?$/.test(path)) files.push(path);
    }
  }
  return files;
}
