import { spawn } from "node:child_process";

const MOST_MS = 10_000;

/** What a program of the packet filter said before it ended; `code` null: it is not installed. */
export type Said = { code: number | null; output: string };

/** Rejects where it was not seen to its end, as on a machine without a moment for it: then nothing is known. Of nft only complaints are read. */
export function runFilterProgram(program: "nft" | "iptables", args: readonly string[], input = "", mostMs = MOST_MS): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ["pipe", program === "nft" ? "ignore" : "pipe", "pipe"],
      env: { PATH: "/usr/sbin:/sbin:/usr/bin:/bin", LC_ALL: "C" },
      timeout: mostMs,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stdin?.on("error", () => {});
    child.on("error", (error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? resolve({ code: null, output: error.message }) : reject(error)));
    child.on("close", (code, signal) => (code === null ? reject(new Error(`${program} was ended by ${signal} before it had answered`)) : resolve({ code, output })));
    child.stdin?.end(input);
  });
}
