/** A running shell with its terminal, wherever it runs. Output begins to flow with the first `onData`. */
export type Shell = {
  onData(listener: (data: Buffer) => void): void;
  /** Stops and goes on reading; what the program writes meanwhile waits in the kernel, and then the program waits. */
  pause(): void;
  resume(): void;
  /** Resolves when the bytes were taken from this process. */
  write(data: Buffer): Promise<void>;
  resize(rows: number, columns: number): void;
  /** Hangs up: SIGHUP to the shell, and whatever it takes after that. */
  end(): void;
  /** After the last byte of output: the exit code, 128 and the signal's number, or null where it is unknown. */
  ended: Promise<number | null>;
};

export type Size = { rows: number; columns: number };
