// What a broken or hostile app does to the server it runs on: a worker for each, and how its cause is named.
import type { Service, ServiceConfig } from "../../../agent/contract/index.ts";

export type Seen = { service: Service };

export type Attack = {
  name: string;
  /** A program for Node, without single quotes. */
  program: string;
  config?: Partial<Omit<ServiceConfig, "source">>;
  /** Whether its cause is named on it, in words; null: nothing of the product names it yet. */
  named: ((seen: Seen) => string | false) | null;
};

/** Made in its container when its release is live: it begins with that, so that it goes live at all, however slowly. */
export const GO = "/tmp/go";
const later = (act: string) => `const waiting = setInterval(() => { if (!require("fs").existsSync("${GO}")) return; clearInterval(waiting); setInterval(() => {}, 1000); setTimeout(() => { ${act} }, 500); }, 100);`;

const reached = (what: string) => ({ service }: Seen) => {
  const found = service.reached?.find((one) => one.what === what);
  return found !== undefined && `${what}, of ${found.limit}`;
};
const outOfMemory = ({ service }: Seen) => service.crashes?.outOfMemory !== undefined && `out of memory, of ${service.crashes.outOfMemory}`;

/** As many as it may have, each of which begins more. */
export const forkBomb: Attack = {
  name: "fork-bomb",
  program: later(`const bomb = () => { try { require("child_process").spawn("sh", ["-c", "f() { f | f & sleep 1; }; f; sleep 100"], { stdio: "ignore" }).on("error", () => {}) } catch {} }; setInterval(bomb, 100)`),
  config: { memoryMiB: 2048 },
  named: reached("processes"),
};

/** Takes all that it may have, and that is touched. */
export const memoryHog = (memoryMiB: number | undefined): Attack => ({
  name: "memory-hog",
  program: later("const kept = []; for (;;) kept.push(Buffer.alloc(32e6, 1))"),
  config: memoryMiB === undefined ? {} : { memoryMiB },
  named: outOfMemory,
});

/** As fast as Docker takes its lines: that copies each with a processor of its own, so that the app itself uses little. */
export const logFlood: Attack = {
  name: "log-flood",
  program: later(`const line = "x".repeat(200) + "\\n"; const say = () => { while (process.stdout.write(line.repeat(50))); process.stdout.once("drain", say) }; say()`),
  named: null,
};

/** What listens to others and speaks for them begins so. */
export const rawSocket: Attack = {
  name: "raw-socket",
  program: later(`const { spawnSync } = require("child_process"); const said = spawnSync("perl", ["-e", "use Socket; socket(S, AF_INET, SOCK_RAW, 1) or die qq(raw socket: $!); print qq(has a raw socket)"]); console.error(String(said.stderr || said.error || "") + String(said.stdout)); process.exit(3)`),
  named({ service }) {
    const line = service.crashes?.lastLines.find((each) => /raw socket: Operation not permitted/.test(each));
    return line !== undefined && line.trim();
  },
};
