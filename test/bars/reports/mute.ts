// A socket in front of Docker's own that passes everything on, but for followed logs: these fall silent, or are ended, as on some engines.
import { createConnection, createServer, type Socket } from "node:net";
import { rm } from "node:fs/promises";

type How = "silent" | "ended";

export type Mute = {
  socket: string;
  /** What becomes of every follow from now on, after the first that it says. */
  from: (how: How) => void;
  /** Follows since then. */
  opened: () => number;
  close: () => Promise<void>;
};

const FOLLOW = /^GET \S*\/containers\/\S+\/logs\?\S*\bfollow=(true|1)\b/;
/** Of what a follow says: the answer's head and little more. */
const PASSED = 600;

export async function startMute(engine: string, socket: string): Promise<Mute> {
  const open = new Set<Socket>();
  let how: How | null = null;
  let opened = 0;

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const to = createConnection({ path: engine, allowHalfOpen: true });
    let passed: number | null = null;
    client.on("data", (chunk) => {
      if (FOLLOW.test(chunk.subarray(0, 2000).toString("latin1"))) {
        passed = 0;
        opened += 1;
      }
      to.write(chunk);
    });
    to.on("data", (chunk) => {
      if (passed !== null && how !== null) {
        passed += chunk.length;
        if (passed > PASSED) return void (how === "ended" && client.destroy());
      }
      client.write(chunk);
    });
    client.on("end", () => to.end()).on("close", () => to.destroy());
    to.on("end", () => client.end()).on("close", () => client.destroySoon());
    for (const one of [client, to]) {
      open.add(one);
      one.on("error", () => {}).on("close", () => open.delete(one));
    }
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(socket, resolve));
  return {
    socket,
    from(wanted) {
      how = wanted;
      opened = 0;
    },
    opened: () => opened,
    async close() {
      for (const one of open) one.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(socket, { force: true });
    },
  };
}
