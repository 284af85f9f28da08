// One round of wrk against one proxy, and what it cost the proxy's process.
import { run } from "../../world/command.ts";
import { cpuSeconds } from "../edge/process.ts";
import type { Proxy } from "./proxies.ts";

export type Round = {
  perSecond: number;
  p99Ms: number;
  /** Of the proxy's processor time, in microseconds: another load of the machine hardly touches it. */
  cpuMicros: number;
  /** What wrk counts as gone wrong. */
  wrong: string[];
};

export async function wrk({ port, pid }: Pick<Proxy, "port" | "pid">, hostname: string, connections: number, seconds: number, signal: AbortSignal): Promise<Round> {
  const before = await cpuSeconds(pid);
  const text = await run(["wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "--latency", "-H", `Host: ${hostname}`, `http://127.0.0.1:${port}/`], { signal });
  const used = (await cpuSeconds(pid)) - before;
  const number = (pattern: RegExp) => {
    const found = pattern.exec(text)?.[1];
    if (found === undefined) throw new Error(`wrk says nothing of ${String(pattern)}:\n${text}`);
    return Number(found);
  };
  return {
    perSecond: number(/Requests\/sec:\s+([\d.]+)/),
    p99Ms: milliseconds(/99%\s+([\d.]+)(us|ms|s|m)/.exec(text)),
    cpuMicros: (used * 1e6) / number(/(\d+) requests in/),
    wrong: text.split("\n").filter((line) => /Non-2xx|Socket errors/.test(line)).map((line) => line.trim()),
  };
}

const milliseconds = (found: RegExpExecArray | null) => Number(found?.[1]) * ({ us: 0.001, ms: 1, s: 1000, m: 60_000 }[found?.[2] ?? ""] ?? Number.NaN);

export const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};
