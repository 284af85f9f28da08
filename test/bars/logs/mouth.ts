// Speaks as a container: into the very pipes that its first process has as its outputs.
import { open, type FileHandle } from "node:fs/promises";
import { docker } from "../../world/docker.ts";

export type Mouth = { pid: number; say: (bytes: string | Buffer, stream?: "out" | "err") => Promise<void>; close: () => Promise<void> };

export async function openMouth(socket: string, container: string): Promise<Mouth> {
  const pid = Number(await docker(["-H", `unix://${socket}`, "inspect", "--format", "{{.State.Pid}}", container]));
  if (pid === 0) throw new Error(`${container} does not run`);
  const pipes: { [stream in "out" | "err"]: FileHandle } = { out: await open(`/proc/${pid}/fd/1`, "w"), err: await open(`/proc/${pid}/fd/2`, "w") };
  return {
    pid,
    say: (bytes, stream = "out") => pipes[stream].writeFile(bytes),
    close: async () => void (await Promise.all([pipes.out.close(), pipes.err.close()])),
  };
}
