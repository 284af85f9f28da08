// A program that a bar starts beside what it measures; it ends with the bar.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { until } from "../../world/wait.ts";
import type { BarContext } from "../frame.ts";

export type Child = { pid: number; end: () => Promise<void> };

export function startChild({ cleanup }: BarContext, argv: readonly string[], env: NodeJS.ProcessEnv): Child {
  const [program = "", ...args] = argv;
  const child = spawn(program, args, { env, detached: true, stdio: ["ignore", "ignore", "ignore"] });
  child.on("error", () => {});
  const end = () => endOf(child);
  cleanup(end);
  if (child.pid === undefined) throw new Error(`${program} cannot be started`);
  return { pid: child.pid, end };
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

export const untilListening = (port: number, signal: AbortSignal, address = "127.0.0.1"): Promise<boolean> =>
  until(`a listener on ${address}:${port}`, () => listens(address, port), { within: 15_000, every: 50, signal });

function listens(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, address);
    const say = (there: boolean) => {
      socket.destroy();
      resolve(there);
    };
    socket.on("connect", () => say(true));
    socket.on("error", () => say(false));
  });
}
