// One child process of the run: its output is shown as it comes, and a cancelled run ends the child with everything it started.
import { spawn } from "node:child_process";

export type ChildResult = { code: number; output: string };

export type ChildOptions = {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  /** Keep the output for the caller instead of showing it. */
  quiet?: boolean;
  /** Who shows it, if not this process at once. */
  say?: (text: string) => void;
  timeout?: number;
};

/** How long a child may take to clean up after SIGTERM before SIGKILL. */
const grace = 60_000;

export function runChild(
  argv: readonly string[],
  { cwd, env, signal, quiet, say, timeout }: ChildOptions = {},
): Promise<ChildResult> {
  const [file, ...args] = argv;
  if (!file) throw new Error("A child needs a program.");
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    // A group of its own: Ctrl+C reaches this process alone, which then ends the whole group in order.
    const child = spawn(file, args, {
      cwd,
      env: env ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let output = "";
    const take = (stream: NodeJS.WriteStream) => (chunk: Buffer) => {
      if (say) say(chunk.toString());
      else if (!quiet) stream.write(chunk);
      output = (output + chunk.toString()).slice(-200_000);
    };
    child.stdout.on("data", take(process.stdout));
    child.stderr.on("data", take(process.stderr));
    const killers: NodeJS.Timeout[] = [];
    const end = () => {
      kill(child.pid, "SIGTERM");
      killers.push(setTimeout(() => kill(child.pid, "SIGKILL"), grace));
    };
    if (timeout) killers.push(setTimeout(end, timeout));
    signal?.addEventListener("abort", end, { once: true });
    child.on("error", reject);
    child.on("close", (code) => {
      for (const killer of killers) clearTimeout(killer);
      signal?.removeEventListener("abort", end);
      resolve({ code: code ?? 1, output });
    });
  });
}

function kill(pid: number | undefined, signal: NodeJS.Signals): void {
  if (!pid) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Already gone.
  }
}
