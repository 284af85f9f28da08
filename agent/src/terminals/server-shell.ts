import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import type { Duplex, Readable, Writable } from "node:stream";
import { effect } from "../effects/index.ts";
import { fail } from "../../contract/index.ts";
import { RELAY } from "./relay.ts";
import type { Shell, Size } from "./shell.ts";

const PERL = "/usr/bin/perl";
const RUNUSER = "/usr/sbin/runuser";
const SYSTEMD_RUN = "/usr/bin/systemd-run";
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const READY_MS = 10_000;
const SAID = 2000;

/** A login shell of the server as this login; null: as whoever runs the agent. */
export async function openServerShell(login: string | null, { rows, columns }: Size): Promise<Shell> {
  if (!existsSync(PERL)) throw fail("TERMINAL_NOT_OPENED", { why: `${PERL} is missing` });
  const { owner, command } = wordsFor(login, process.getuid?.() ?? 0);
  const child = effect("terminal.spawn", () =>
    spawn(PERL, ["-e", RELAY, String(rows), String(columns), owner, ...command], {
      cwd: "/",
      env: { PATH, TERM: "xterm-256color", COLORTERM: "truecolor", ...language() },
      stdio: ["pipe", "pipe", "pipe", "pipe"],
      // Out of the agent's process group: what ends the agent at a keyboard must not reach the shell first.
      detached: true,
    }),
  );
  await ready(child);
  return shellOf(child);
}

/** Who the terminal belongs to, and what runs on it. */
export function wordsFor(login: string | null, uid: number): { owner: string; command: string[] } {
  if (uid !== 0) return { owner: "", command: [] };
  const owner = login ?? "root";
  const session = [RUNUSER, "-w", "COLORTERM", "-l", owner];
  // Out of the agent's own unit: its memory limit is not the shell's, and a restart of it leaves what was begun with nohup.
  const scope = existsSync("/run/systemd/system") && existsSync(SYSTEMD_RUN);
  const words = [SYSTEMD_RUN, "--scope", "--quiet", "--collect", "--description=Aeroplane terminal", "--"];
  return { owner, command: scope ? [...words, ...session] : session };
}

function language(): Record<string, string> {
  const { LANG } = process.env;
  return { LANG: LANG === undefined || LANG === "C" || LANG === "POSIX" ? "C.UTF-8" : LANG };
}

/** The relay says when the terminal is made; before that it may only fail. */
async function ready(child: ChildProcess): Promise<void> {
  const control = child.stdio[3] as Duplex;
  let said = "";
  child.stderr!.on("data", (text: Buffer) => (said = (said + text.toString()).slice(-SAID)));
  const why = await new Promise<string | null>((resolve) => {
    control.once("data", () => resolve(null));
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code) => setTimeout(resolve, 50, said.trim().split("\n").at(-1) || `the relay ended with ${code}`).unref());
    setTimeout(resolve, READY_MS, "it did not answer").unref();
  });
  if (why === null) return;
  child.kill("SIGKILL");
  throw fail("TERMINAL_NOT_OPENED", { why: why.slice(0, 200) }, { detail: said });
}

function shellOf(child: ChildProcess): Shell {
  const [input, output, control] = [child.stdin as Writable, child.stdout as Readable, child.stdio[3] as Duplex];
  // A pipe that breaks is the end of the shell, which is told by its exit.
  for (const pipe of [input, output, control]) pipe.on("error", () => {});
  control.resume();
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return {
    onData: (listener) => void output.on("data", listener),
    pause: () => void output.pause(),
    resume: () => void output.resume(),
    write: (data) => new Promise((taken) => (input.writable ? void input.write(data, () => taken()) : taken())),
    resize: (rows, columns) => void control.write(`${rows} ${columns}\n`),
    end() {
      control.destroy();
      input.destroy();
      // Nobody reads any more: what is still to come is thrown away, so that the relay can end.
      output.removeAllListeners("data");
      output.resume();
    },
    ended,
  };
}
