import { randomUUID } from "node:crypto";
import { PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ExecOptions, ExecResult, Transport } from "../ssh/transport.ts";

/** How to do things on one server, as the login itself and as root. */
export type Way = {
  address: string;
  signal?: AbortSignal;
  run(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  asRoot(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
};

/** yes: the login is root. sudo: it needs no password. password: sudo asks for one. */
export type Root = { by: "yes" } | { by: "sudo" } | { by: "password"; password: string };

/**
 * What comes behind a password is sent only when the command has said on stderr that it runs: sudo-rs reads as much as there
 * is. Where a rule says that this command needs no password, its line is left to the command: so whatever comes before the
 * marker is skipped, and the command gets the rest untouched. `read` takes byte by byte.
 */
const AFTER_MARKER = `printf '%s\\n' "$0" >&2; while IFS= read -r line; do [ "$line" = "$0" ] && exec "$@"; done; exit 66`;

/** A sudo that does not take the password asks again, and would wait for ever. */
const ASKS_AGAIN = /try again/i;
const TAKEN_WITHIN_MS = 60_000;

export function createWay({ transport, address, signal, root }: { transport: Transport; address: string; signal?: AbortSignal; root: Root }): Way {
  const run: Way["run"] = (argv, options) => transport.exec(argv, { signal, ...options });

  const asRoot: Way["asRoot"] = async (argv, options = {}) => {
    if (root.by !== "password") return run(root.by === "sudo" ? ["sudo", "-n", ...argv] : argv, options);
    const marker = `aeroplane-${randomUUID()}`;
    const stdin = new PassThrough();
    stdin.write(`${root.password}\n`);
    let before = "";
    const onOutput = (chunk: Buffer) => {
      if (before === marker) return options.onOutput?.(chunk);
      before += chunk.toString("latin1");
      const at = before.indexOf(`${marker}\n`);
      if (at < 0) return void (ASKS_AGAIN.test(before) && stdin.end());
      const rest = before.slice(at + marker.length + 1);
      before = marker;
      stdin.write(`${marker}\n`);
      feed(stdin, options.stdin);
      if (rest !== "") options.onOutput?.(Buffer.from(rest, "latin1"));
    };
    const late = setTimeout(() => before === marker || stdin.end(), TAKEN_WITHIN_MS);
    try {
      const done = await run(["sudo", "-k", "-S", "-p", "", "sh", "-c", AFTER_MARKER, marker, ...argv], { ...options, stdin, onOutput });
      // What sudo asked is none of the command's own words.
      return { ...done, stderr: done.stderr.split(`${marker}\n`).at(-1)! };
    } finally {
      clearTimeout(late);
    }
  };
  return { address, signal, run, asRoot };
}

export type SudoVerdict = "right" | "wrong" | "refused" | "terminal";

/** One try, so that a wrong password counts once: nothing but it is on stdin. */
export async function trySudo(transport: Transport, password: string, signal?: AbortSignal): Promise<SudoVerdict> {
  const { code, stderr } = await transport.exec(["env", "LC_ALL=C", "sudo", "-k", "-S", "-p", "", "true"], { stdin: `${password}\n`, signal });
  if (code === 0) return "right";
  if (/must have a tty/i.test(stderr)) return "terminal";
  return /not in the sudoers|not allowed|may not run|I'm afraid/i.test(stderr) ? "refused" : "wrong";
}

function feed(into: PassThrough, rest: string | Readable | undefined): void {
  if (rest === undefined || typeof rest === "string") into.end(rest);
  else pipeline(rest, into).catch((error: Error) => into.destroy(error));
}
