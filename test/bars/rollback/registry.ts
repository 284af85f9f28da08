// A registry of this machine's own, with two releases of an app in it, that can go away.
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../world/command.ts";
import { freePort } from "../../world/git/server.ts";
import { ensureImage } from "../../world/images/images.ts";
import { until } from "../../world/wait.ts";
import type { BarContext } from "../frame.ts";

/** Told to end, it answers what it has taken on first. It answers when all of a body has come: Caddy 2.11.4 breaks off some answers that begin before (decision 0026). */
const APP = `const slow=(q)=>Number(new URL(q.url,"http://app").searchParams.get("slow"));const server=require("http").createServer((q,s)=>q.method==="POST"?q.toArray().then((all)=>s.end(Buffer.concat(all))):setTimeout(()=>s.end(process.env.BUILT+"\\n"+process.env.WORD),slow(q))).listen(process.env.PORT);process.on("SIGTERM",()=>server.close(()=>process.exit(0)))`;

export type OwnRegistry = {
  /** Puts an app that says `word` behind the tag, and nothing of it stays in Docker. */
  put(word: string): Promise<void>;
  reference: string;
  away(): Promise<void>;
};

export async function startRegistry({ cleanup }: Pick<BarContext, "cleanup">, folder: string): Promise<OwnRegistry> {
  const storage = join(folder, "own-registry");
  await mkdir(storage, { recursive: true });
  const address = `127.0.0.1:${await freePort("127.0.0.1")}`;
  const config = join(folder, "own-registry.json");
  await writeFile(config, JSON.stringify({ version: "0.1", log: { level: "error" }, storage: { filesystem: { rootdirectory: storage } }, http: { addr: address } }));
  const child = spawn("docker-registry", ["serve", config], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const away = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  cleanup(away);
  const answers = () => fetch(`http://${address}/v2/`, { signal: AbortSignal.timeout(10_000) }).then(({ ok }) => ok, () => false);
  await until("the registry", answers, { within: 60_000, every: 50 });
  const from = await ensureImage("node:24-slim");
  const reference = `${address}/app:latest`;

  return {
    reference,
    away,
    async put(word) {
      const id = (await run(["docker", "create", from])).trim();
      const changes = [`ENV BUILT=${word}`, `CMD ${JSON.stringify(["node", "-e", APP])}`].flatMap((change) => ["--change", change]);
      await run(["docker", "commit", ...changes, id, reference]);
      await run(["docker", "rm", id]);
      await run(["docker", "push", "--quiet", reference]);
      await run(["docker", "rmi", reference]);
    },
  };
}
