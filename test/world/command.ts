// One program of the machine, run to its end; its failure carries what it said.
import { spawn } from "node:child_process";

export type CommandOptions = {
  cwd?: string;
  env?: Record<string, string>;
  input?: string | Buffer;
  signal?: AbortSignal;
  /** Milliseconds; every command of the world ends. */
  timeout?: number;
  /** Show every line as it comes. */
  onLine?: (line: string) => void;
};

export type CommandResult = { code: number; stdout: string; stderr: string };

export class CommandFailed extends Error {
  readonly result: CommandResult;
  constructor(argv: readonly string[], result: CommandResult) {
    super(
      `${argv.slice(0, 4).join(" ")} … ended with ${result.code}: ${(result.stderr || result.stdout).trim().slice(-2000)}`,
    );
    this.result = result;
  }
}

/** Runs argv and returns whatever came of it. */
export function attempt(
  argv: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const [file = "", ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
      signal: options.signal,
      timeout: options.timeout ?? 120_000,
      killSignal: "SIGKILL",
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const lines = (chunk: Buffer) => {
      for (const line of chunk.toString().split("\n")) if (line.trim()) options.onLine?.(line);
    };
    child.stdout.on("data", (chunk: Buffer) => (out.push(chunk), lines(chunk)));
    child.stderr.on("data", (chunk: Buffer) => (err.push(chunk), lines(chunk)));
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const stderr = Buffer.concat(err).toString() + (signal ? `\nkilled by ${signal}` : "");
      resolve({ code: code ?? 137, stdout: Buffer.concat(out).toString(), stderr });
    });
  });
}

/** Runs argv, which must succeed, and returns what it printed. */
export async function run(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const result = await attempt(argv, options);
  if (result.code !== 0) throw new CommandFailed(argv, result);
  return result.stdout.trim();
}
