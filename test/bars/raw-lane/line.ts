import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { BarContext } from "../frame.ts";
import type { Shape, Told } from "./line-process.ts";

export type ShapedLine = { port: number; shape(shape: Shape): void; drop(): void };

/** A line of Mbit/s and milliseconds to a port of this machine. */
export async function layShapedLine({ cleanup }: Pick<BarContext, "cleanup">, to: number): Promise<ShapedLine> {
  const child = fork(join(import.meta.dirname, "line-process.ts"), [String(to)], { execArgv: ["--disable-warning=ExperimentalWarning"] });
  cleanup(() => child.disconnect());
  const [port] = (await once(child, "message")) as [number];
  const tell = (told: Told) => void child.send(told);
  return { port, shape: tell, drop: () => tell("drop") };
}

/** `ms` there and back. */
export const lineOf = (mbit: number, ms: number): Shape => ({ perSecond: (mbit * 1e6) / 8, delay: ms / 2 });
