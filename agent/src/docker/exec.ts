import type { Duplex } from "node:stream";
import { ask, askGone, statusOf, type Docker } from "./client.ts";

export type ExecSpec = { command: string[]; env: string[] };
export type ExecFacts = { running: boolean; exitCode: number | null; pid: number };

/** A process in a running container with a terminal of its own; null when the container is gone or does not run. */
export async function execTerminal(docker: Docker, container: string, spec: ExecSpec): Promise<{ id: string; stream: Duplex } | null> {
  try {
    const made = await ask(() =>
      docker.getContainer(container).exec({
        Cmd: spec.command,
        Env: spec.env,
        Tty: true,
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
      }),
    );
    const stream = await ask(() => made.start({ hijack: true, stdin: true, Tty: true }));
    return { id: made.id, stream };
  } catch (error) {
    // 409: paused or stopped.
    if (statusOf(error) === 404 || statusOf(error) === 409) return null;
    throw error;
  }
}

export async function inspectExec(docker: Docker, id: string): Promise<ExecFacts | null> {
  try {
    const found = await ask(() => docker.getExec(id).inspect());
    return { running: found.Running, exitCode: found.ExitCode, pid: found.Pid };
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

/** One that has ended needs no size. */
export async function resizeExec(docker: Docker, id: string, { rows, columns }: { rows: number; columns: number }): Promise<void> {
  await ask(() => docker.getExec(id).resize({ h: rows, w: columns })).catch(() => {});
}

/** Processes begun in a container by exec that still run, chosen by their last argument. */
export async function execsNamed(docker: Docker, container: string, chosen: (word: string) => boolean): Promise<string[]> {
  const facts = await ask(() => docker.getContainer(container).inspect()).catch(() => null);
  const found: string[] = [];
  for (const id of facts?.ExecIDs ?? []) {
    const exec = await ask(() => docker.getExec(id).inspect()).catch(() => null);
    if (exec?.Running && chosen(exec.ProcessConfig.arguments.at(-1) ?? "")) found.push(id);
  }
  return found;
}

/** Runs a command in a container to its end, without its output. */
export async function execQuietly(docker: Docker, container: string, command: string[]): Promise<void> {
  await askGone(async () => {
    const made = await docker.getContainer(container).exec({ Cmd: command });
    await made.start({ Detach: true });
  });
}
