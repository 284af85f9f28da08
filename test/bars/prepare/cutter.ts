// A line between the desktop and a server that can be cut: whatever is on the way then is lost, and the next try gets through.
import { connect, createServer, type Socket } from "node:net";

export type Line = { port: number; /** Bytes that went through in both directions. */ carried: () => number; cut: () => void; close: () => Promise<void> };

export async function openLine(address: string): Promise<Line> {
  const pairs = new Set<[Socket, Socket]>();
  let carried = 0;
  const listener = createServer((near) => {
    const far = connect({ host: address, port: 22 });
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on("data", (chunk) => (carried += chunk.length));
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        to.destroy();
        pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    for (const [near, far] of pairs) {
      // A reset, not a farewell: what was sent and not yet received is gone.
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  };
  return {
    port: (listener.address() as { port: number }).port,
    carried: () => carried,
    cut,
    close: () => (cut(), new Promise((resolve) => listener.close(() => resolve()))),
  };
}
