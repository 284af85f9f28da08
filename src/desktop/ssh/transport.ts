import type { Duplex, Readable } from "node:stream";

export type ExecOptions = { stdin?: string | Readable; signal?: AbortSignal; onOutput?: (chunk: Buffer) => void };
export type ExecResult = { code: number | null; stdout: string; stderr: string };

/** One way to a server; SSH is the first, this machine itself the second. */
export type Transport = {
  openSocket(path: string): Promise<Duplex>;
  /** SHA256:… of the key that it was signed in with, where that is known. */
  key?: string | null;
  /** A command whose input and output are one raw stream; `errors` tells what it said beside. */
  openCommand?(argv: readonly string[]): Promise<{ stream: Duplex; errors: () => string }>;
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  close(): void;
  /** Resolves once, with the reason, when the way is gone; after close() too. */
  closed: Promise<string>;
};
