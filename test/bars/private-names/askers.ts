// Services that ask a sibling by its private names, each request on a connection of its own, by three resolvers.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AgentClient } from "../../../src/desktop/agent/client.ts";
import { run } from "../../world/command.ts";
import { ensureImage, type EnsureOptions } from "../../world/images/images.ts";
import type { ImageTag } from "../../world/images/recipes.ts";
import { until } from "../../world/wait.ts";

/** `of`: whose resolver it is; each is a program that says the same lines. */
export const kinds = {
  node: { of: "Node on glibc", image: "node:24-slim" },
  go: { of: "Go without C", image: "world/asker-go:1" },
  musl: { of: "C on musl", image: "world/asker-musl:1" },
} as const satisfies Record<string, { of: string; image: ImageTag }>;
export type Kind = keyof typeof kinds;

/** What one of them has seen; `seen`: answers by release, failures by their words. */
export type Seen = { kind: Kind; sent: number; ok: number; failed: number; seen: Record<string, number> };
export type Asker = { kind: Kind; sent(): Promise<number>; finish(): Promise<Seen> };

/** A program in a variable: nothing has to be built. */
export const PROGRAM = "node -e 'eval(process.env.PROGRAM)'";
export const program = (file: string): Promise<string> => readFile(join(import.meta.dirname, file), "utf8");

type Asked = { client: AgentClient["client"]; environmentId: string; names: readonly string[]; port: number; rate: number; /** Until one without an answer has failed; the one in Node alone keeps to it. */ seconds: number; deploy(serviceId: string): Promise<unknown> };

export async function startAsker(kind: Kind, { client, environmentId, names, port, rate, seconds, deploy }: Asked, options: EnsureOptions): Promise<Asker> {
  const reference = await ensureImage(kinds[kind].image, options);
  const { id } = await client.services.create({
    environmentId,
    name: `asker-${kind}`,
    shape: "worker",
    config: { source: { type: "image", reference }, healthSeconds: 1, drainSeconds: 0, ...(kind === "node" ? { startCommand: PROGRAM } : {}) },
    variables: { NAMES: names.join(","), PORT_ASKED: String(port), RATE: String(rate), SECONDS: String(seconds), ...(kind === "node" ? { PROGRAM: await program("asker.cjs") } : {}) },
  });
  await deploy(id);
  const container = (await run(["docker", "ps", "--quiet", "--filter", `label=run.aeroplane.service=${id}`])).trim();
  const lines = async () => (await run(["docker", "logs", container])).split("\n");
  const last = async (word: string) => (await lines()).findLast((line) => line.startsWith(`${word} `))?.split(" ").slice(1).map(Number);
  return {
    kind,
    sent: async () => (await last("count"))?.[0] ?? 0,
    async finish() {
      await run(["docker", "kill", "--signal", "USR1", container]);
      const [sent = 0, ok = 0, failed = 0] = await until(`the last line of ${kind}`, () => last("done"), { within: 120_000, every: 100 });
      const seen = (await lines()).flatMap((line) => {
        const [, times, word] = /^seen (\d+) (.*)$/.exec(line) ?? [];
        return word === undefined ? [] : [[word, Number(times)] as const];
      });
      return { kind, sent, ok, failed, seen: Object.fromEntries(seen) };
    },
  };
}
