// What the system's own ssh carries over the same line: the measure of all.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import type { Sshd } from "../../contract/sshd.ts";

export async function sshCat({ sshd, port, direction, path, signal }: { sshd: Sshd; port: number; direction: "down" | "up"; path: string; signal: AbortSignal }): Promise<number> {
  const options = ["-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "Compression=no", "-i", sshd.keyPath, "-p", String(port), `${sshd.user}@127.0.0.1`];
  const file = await open(path, "r");
  // Signed in before the clock runs: a transfer of ours begins over a connection that stands, too.
  const child = spawn("ssh", [...options, direction === "down" ? `echo; cat ${path}` : "echo; cat > /dev/null"], { stdio: [direction === "up" ? "pipe" : "ignore", "pipe", "inherit"], signal });
  child.on("error", () => {});
  await once(child.stdout!, "data");
  const began = performance.now();
  child.stdout!.resume();
  if (direction === "up") file.createReadStream({ highWaterMark: 256 * 1024, autoClose: false }).pipe(child.stdin!);
  const [code] = (await once(child, "close")) as [number];
  await file.close();
  if (code !== 0) throw new Error(`ssh cat ended with ${code}`);
  return (performance.now() - began) / 1000;
}
