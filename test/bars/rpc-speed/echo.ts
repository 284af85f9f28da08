// The least that a way to a server can take: a byte there and back over a channel that stands, with nothing behind it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { ClientChannel, Client } from "ssh2";

/** A program that gives back what it gets, on a socket of its own: as far away as the agent, and as much a Node as it is. */
export async function startEcho(path: string): Promise<() => void> {
  const script = `require("node:net").createServer((s) => s.pipe(s)).listen(process.argv[1], () => console.log("ready"))`;
  const child = spawn(process.execPath, ["-e", script, path], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return () => void child.kill("SIGKILL");
}

export async function openEcho(client: Client, path: string): Promise<() => Promise<number>> {
  const channel = await new Promise<ClientChannel>((resolve, reject) => client.openssh_forwardOutStreamLocal(path, (error, opened) => (error ? reject(error) : resolve(opened))));
  const body = Buffer.alloc(64, "x");
  return () =>
    new Promise((resolve) => {
      const began = performance.now();
      let left = body.length;
      const take = (chunk: Buffer) => {
        left -= chunk.length;
        if (left > 0) return;
        channel.off("data", take);
        resolve(performance.now() - began);
      };
      channel.on("data", take);
      channel.write(body);
    });
}
