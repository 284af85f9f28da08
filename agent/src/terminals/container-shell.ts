import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fail } from "../../contract/index.ts";
import type { Docker } from "../docker/client.ts";
import { untilHeard } from "../docker/engine.ts";
import { execQuietly, execsNamed, execTerminal, inspectExec, resizeExec, type ExecFacts } from "../docker/exec.ts";
import type { Shell, Size } from "./shell.ts";

/** The last argument of every shell of ours in a container begins with it; the rest names the life of the agent. */
const MARK = "aeroplane-terminal-";
const THIS_LIFE = MARK + randomUUID();
/** Bash where the image has it. Not a login shell: /etc/profile would undo the image's own PATH. */
const SCRIPT = "if command -v bash >/dev/null 2>&1; then exec bash; else exec sh; fi";
const ENV = ["TERM=xterm-256color", "COLORTERM=truecolor"];
const NOT_FOUND = /executable file not found|no such file or directory/i;

/** A shell beside the service's own process, with the user, the folder and the variables of the container. */
export async function openContainerShell(docker: Docker, { container, service }: { container: string; service: string }, size: Size): Promise<Shell> {
  const made = await execTerminal(docker, container, { command: ["sh", "-c", SCRIPT, THIS_LIFE], env: ENV });
  if (!made) throw fail("TERMINAL_NOT_RUNNING", { service });
  const { id, stream } = made;
  let said = "";
  const listen = (data: Buffer) => (said += data.toString("latin1").slice(0, 2000));
  stream.on("data", listen);
  stream.on("error", () => {});
  const closed = new Promise<void>((resolve) => void stream.once("close", resolve).once("end", resolve));
  const begun = await hasBegun(docker, id).catch((error: unknown) => {
    // Nobody holds it: it is ended when Docker answers again.
    void hangUp(docker, container, id).finally(() => stream.destroy());
    throw error;
  });
  if (!begun?.running && begun?.exitCode !== 0) {
    stream.destroy();
    if (begun === null) throw fail("TERMINAL_NOT_RUNNING", { service });
    if (NOT_FOUND.test(said)) throw fail("TERMINAL_NO_SHELL", { service }, { detail: said });
    const how = begun.exitCode === null ? `Docker did not begin it within ${BEGIN_MS / 1000} s` : `it ended with ${begun.exitCode}`;
    throw fail("TERMINAL_NOT_OPENED", { why: said.trim().slice(0, 200) || how });
  }
  // What it said meanwhile comes first; nothing is lost between the two listeners.
  stream.pause();
  stream.off("data", listen);
  await resizeExec(docker, id, size);

  let hung: Promise<void> | null = null;
  return {
    onData(listener) {
      if (said !== "") listener(Buffer.from(said, "latin1"));
      stream.on("data", listener);
      stream.resume();
    },
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    write: (data) => new Promise((taken) => (stream.writable ? void stream.write(data, () => taken()) : taken())),
    resize: (rows, columns) => void resizeExec(docker, id, { rows, columns }),
    end() {
      // The process does not end when its stream does: it is hung up on.
      hung ??= hangUp(docker, container, id).finally(() => stream.destroy());
      stream.removeAllListeners("data");
      stream.resume();
    },
    ended: closed.then(() => exitCode(docker, id)).catch(() => null),
  };
}

/** Longer than any engine needs to begin what it has said yes to, on a machine that is very busy. */
const BEGIN_MS = 60_000;
/** How long it may take to know with what something ended. */
const END_MS = 10_000;

/** The engine says at first nothing of it, then that it runs, then under which number; or that it could not. */
async function hasBegun(docker: Docker, id: string): Promise<ExecFacts | null> {
  const until = Date.now() + BEGIN_MS;
  for (let wait = 5; ; wait = Math.min(wait * 2, 200)) {
    const facts = await inspectExec(docker, id);
    if (facts === null || (facts.running ? facts.pid !== 0 : facts.exitCode !== null) || Date.now() > until) return facts;
    await sleep(wait);
  }
}

/** The stream ends before the engine says that its process has, and it says that before it says with what. */
async function exitCode(docker: Docker, id: string): Promise<number | null> {
  const until = Date.now() + END_MS;
  for (;;) {
    const facts = await inspectExec(docker, id);
    if (facts === null || (!facts.running && facts.exitCode !== null) || Date.now() > until) return facts?.exitCode ?? null;
    await sleep(50);
  }
}

/** SIGHUP, and SIGKILL for one that ignores it. */
async function hangUp(docker: Docker, container: string, id: string): Promise<void> {
  for (const signal of ["HUP", "KILL"] as const) {
    const facts = await factsWhenHeard(docker, id);
    if (!facts?.running || facts.pid === 0) return;
    await send(docker, container, facts.pid, signal);
    for (let tries = 0; tries < 30; tries += 1) {
      if (!(await factsWhenHeard(docker, id))?.running) return;
      await sleep(100);
    }
  }
}

/** A Docker that is silent is waited for: otherwise the shell would be left to run for as long as its container. */
const factsWhenHeard = (docker: Docker, id: string): Promise<ExecFacts | null> => untilHeard(docker, () => inspectExec(docker, id)).catch(() => null);

async function send(docker: Docker, container: string, pid: number, signal: "HUP" | "KILL"): Promise<void> {
  try {
    if (process.getuid?.() === 0) return void process.kill(pid, `SIG${signal}`);
    // Not the superuser: the container's own user may, under the number that the process has in there.
    const inside = /^NSpid:.*?(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    if (inside) await execQuietly(docker, container, ["sh", "-c", `kill -${signal} "$1"`, "kill", inside]);
  } catch {
    // It went by itself.
  }
}

/** Ends the shells that an agent left which was killed: nobody can come back to them. */
export async function endLeftShells(docker: Docker, containers: readonly string[]): Promise<number> {
  let count = 0;
  for (const container of containers) {
    for (const id of await execsNamed(docker, container, (word) => word.startsWith(MARK) && word !== THIS_LIFE)) {
      await hangUp(docker, container, id);
      count += 1;
    }
  }
  return count;
}
