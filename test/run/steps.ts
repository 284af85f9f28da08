// The steps of a test run: each shows its own output and says how many checks passed.
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { ownedFolder } from "../world/folder.ts";
import { alone } from "./alone.ts";
import { runChild } from "./child.ts";
import { countsOfReport, failureOf, none, type Counts } from "./counts.ts";
import { root } from "./root.ts";

export type Step = {
  name: string;
  /** Another such step may run meanwhile: it waits for more than it works, and measures nothing. */
  beside?: boolean;
  run: (signal: AbortSignal, say: Say) => Promise<Counts>;
};

/** Shows text of a step: at once, or in one piece when the step has ended. */
export type Say = (text: string) => void;

export const typecheck: Step = {
  name: "typecheck",
  run: (signal, say) => oneCheck("typecheck", "typescript/bin/tsc", ["-p", "."], signal, say),
};

export const lint: Step = {
  name: "lint",
  run: (signal, say) => oneCheck("lint", "oxlint/bin/oxlint", [], signal, say),
};

/** A program among the dependencies that is either content or not: one check. */
async function oneCheck(
  name: string,
  program: string,
  args: string[],
  signal: AbortSignal,
  say: Say,
): Promise<Counts> {
  const { code, output } = await runChild(
    [process.execPath, join(root, "node_modules", program), ...args],
    { cwd: root, signal, say },
  );
  return ofCode(name, code, output);
}

function ofCode(name: string, code: number, output: string): Counts {
  return code === 0
    ? { ...none, passed: 1 }
    : { ...none, failed: 1, failures: [failureOf(name, output)] };
}

const reporters = ["--reporter=default", "--reporter=json", "--no-color"];

export function vitest(project: string, filters: string[] = []): Step {
  return { name: project, run: (signal, say) => runVitest(project, filters, signal, say) };
}

export async function runVitest(
  project: string,
  filters: string[],
  signal: AbortSignal,
  say: Say,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Counts> {
  const folder = await ownedFolder("report");
  const report = join(folder, "report.json");
  try {
    const { code, output } = await runChild(
      [
        process.execPath,
        join(root, "node_modules/vitest/vitest.mjs"),
        "run",
        "--project",
        project,
        ...reporters,
        `--outputFile=${report}`,
        ...filters,
      ],
      { cwd: root, signal, say, env },
    );
    const text = await readFile(report, "utf8").catch(() => undefined);
    if (text === undefined) return code === 0 ? none : ofCode(project, code, output);
    return countsOfReport(JSON.parse(text), code, output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Each bar in its short form is one check. */
export function bar(name: string): Step {
  return { name: `bar ${name}`, beside: !(name in alone), run: (signal, say) => runBarChild(name, signal, say) };
}

export async function runBarChild(
  name: string,
  signal: AbortSignal,
  say: Say,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Counts> {
  const { code, output } = await runChild(
    [process.execPath, ...process.execArgv, join(root, "test/run/bar.ts"), name, "--short"],
    { cwd: root, signal, say, env },
  );
  return ofCode(`bar ${name}`, code, output);
}

export async function barNames(): Promise<string[]> {
  const files = await readdir(join(root, "test/bars")).catch(() => []);
  return files
    .filter((file) => file.endsWith(".bar.ts"))
    .map((file) => file.slice(0, -".bar.ts".length))
    .sort();
}
