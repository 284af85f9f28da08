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
 * sudo reads one line of stdin where it wants a password, and none where a rule says that this command needs none: so
 * whatever comes before the marker is skipped, and the command gets the rest untouched. `read` takes byte by byte.
 */
const AFTER_MARKER = `while IFS= read -r line; do [ "$line" = "$0" ] && exec "$@"; done; exit 66`;

export function createWay({ transport, address, signal, root }: { transport: Transport; address: string; signal?: AbortSignal; root: Root }): Way {
  const run: Way["run"] = (argv, options) => transport.exec(argv, { signal, ...options });

  const asRoot: Way["asRoot"] = (argv, options = {}) => {
    if (root.by !== "password") return run(root.by === "sudo" ? ["sudo", "-n", ...argv] : argv, options);
    const marker = `aeroplane-${randomUUID()}`;
    const stdin = before(`${root.password}\n${marker}\n`, options.stdin);
    return run(["sudo", "-k", "-S", "-p", "", "sh", "-c", AFTER_MARKER, marker, ...argv], { ...options, stdin });
  };
  return { address, signal, run, asRoot };
}

export type SudoVerdict = "right" | "wrong" | "refused";

/** One try, so that a wrong password counts once: nothing but it is on stdin. */
export async function trySudo(transport: Transport, password: string, signal?: AbortSignal): Promise<SudoVerdict> {
  const { code, stderr } = await transport.exec(["env", "LC_ALL=C", "sudo", "-k", "-S", "-p", "", "true"], { stdin: `${password}\n`, signal });
  if (code === 0) return "right";
  return /not in the sudoers|not allowed|may not run/i.test(stderr) ? "refused" : "wrong";
}

function before(head: string, rest: string | Readable | undefined): string | Readable {
  if (rest === undefined || typeof rest === "string") return head + (rest ?? "");
  const joined = new PassThrough();
  joined.write(head);
  pipeline(rest, joined).catch((error: Error) => joined.destroy(error));
  return joined;
}
