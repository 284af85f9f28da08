// Hears of each life of an app and of each POST that came to it whole, over a connection that lives as long as the process.
import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { until } from "../../world/wait.ts";
import type { BarContext } from "../frame.ts";

export type Collector = {
  /** As an app reaches it. */
  address: string;
  /** How often a POST came, by its id. */
  counts: ReadonlyMap<string, number>;
  lives(): number;
  /** Most processes at a time, ever. */
  most(): number;
  /** Resolves when all that was sent by processes that have ended has been read, and one runs. */
  oneRuns(): Promise<void>;
};

export async function startCollector({ cleanup }: Pick<BarContext, "cleanup">, host: string): Promise<Collector> {
  const counts = new Map<string, number>();
  const open = new Set<Socket>();
  let [lives, running, most] = [0, 0, 0];
  const server = createServer((socket) => {
    open.add(socket);
    let begun = false;
    socket.on("error", () => {});
    createInterface({ input: socket }).on("line", (line) => {
      if (line !== "begins") return void counts.set(line, (counts.get(line) ?? 0) + 1);
      begun = true;
      lives += 1;
      most = Math.max(most, (running += 1));
    });
    // Its process has ended: nothing but that ends or resets it. Its close is told later than its end, and so may be later than the next one's beginning.
    const over = () => {
      if (begun) running -= 1;
      begun = false;
    };
    socket.on("end", over);
    socket.on("close", () => {
      open.delete(socket);
      over();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  cleanup(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return {
    address: `${host}:${port}`,
    counts,
    lives: () => lives,
    most: () => most,
    oneRuns: () => until("one process of the app", () => Promise.resolve(running === 1), { within: 180_000, every: 20 }).then(() => {}),
  };
}
