// The web host as a person starts it, with a window that keeps every message it is sent.
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/websocket";
import type { ContractRouterClient } from "@orpc/contract";
import { WebSocket } from "ws";
import { CREDIT_HEADER, creditedLink, SERVER_HEADER, WEB_SOCKET_PATH, WEB_SOCKET_PROTOCOL, type Answer, type Connection, type DesktopContract, type Prompt } from "../../../src/contract/index.ts";
import { until } from "../../world/wait.ts";

const root = join(import.meta.dirname, "../../..");

type Context = { serverId?: string; stream?: string };
export type Recorder = { frames: Buffer[]; output: Buffer[] };
export type Host = Awaited<ReturnType<typeof startHost>>;

const started = new Set<ChildProcess>();
/** Those that run now. */
export const hostPids = (): number[] => [...started].flatMap(({ pid }) => pid ?? []);

export async function startHost(env: NodeJS.ProcessEnv, recorder: Recorder) {
  const child = spawn(process.execPath, [join(root, "src/web/main.ts")], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  started.add(child);
  const ended = new Promise<void>((resolve) => child.once("exit", () => (started.delete(child), resolve())));
  const url = await new Promise<URL>((resolve, reject) => {
    let text = "";
    const listen = (bytes: Buffer) => {
      recorder.output.push(bytes);
      text += bytes.toString();
      const address = /Aeroplane: (http:\S+)/.exec(text)?.[1];
      if (address) resolve(new URL(address));
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("exit", (code) => reject(new Error(`The web host ended with ${code}:\n${text}`)));
  });
  const token = new URLSearchParams(url.hash.slice(1)).get("token");
  const socket = new WebSocket(`ws://${url.host}${WEB_SOCKET_PATH}`, [WEB_SOCKET_PROTOCOL, `${WEB_SOCKET_PROTOCOL}.${token}`], { origin: url.origin });
  socket.on("message", (bytes: Buffer) => recorder.frames.push(Buffer.from(bytes)));
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const headers = ({ context }: { context: Context }): Record<string, string> => ({
    ...(context.serverId ? { [SERVER_HEADER]: context.serverId } : {}),
    ...(context.stream ? { [CREDIT_HEADER]: context.stream } : {}),
  });
  const client: ContractRouterClient<DesktopContract, Context> = createORPCClient(creditedLink<Context>(new RPCLink<Context>({ websocket: socket as never, headers })));
  let prompts: Prompt[] = [];
  void (async () => {
    for await (const list of await client.prompts.watch({})) prompts = list;
  })().catch(() => {});

  async function connection(id: string): Promise<Connection> {
    const found = (await client.servers.list({})).find((server) => server.id === id);
    if (!found) throw new Error(`No server ${id}`);
    return found.connection;
  }

  /** The state in which it comes to rest by itself, with nobody to ask. */
  const rests = (id: string) =>
    until("the connection at rest", async () => {
      const now = await connection(id);
      return (now.state === "ready" || now.state === "failed" || (now.state === "needs-you" && !now.promptId)) && now;
    }, { within: 180_000, every: 50 });

  /** Connects with a person at the window who gives these answers in turn; every question is noted. */
  async function connectByHand(id: () => string, answers: Answer[], connect: () => Promise<unknown> = () => client.servers.connect({ id: id() })): Promise<{ asked: string[]; at: Connection }> {
    const asked: string[] = [];
    const done = new Set<string>();
    await connect();
    const at = await until("the end of the sign-in", async () => {
      const open = prompts.find((prompt) => !done.has(prompt.id));
      if (open) {
        done.add(open.id);
        asked.push(wordOf(open));
        const given = open.type === "host-key" ? ({ type: "host-key", accept: true } as const) : (answers.shift() ?? ({ type: "dismiss" } as const));
        await client.prompts.answer({ id: open.id, answer: given });
      }
      const now = await connection(id());
      return !open && (now.state === "ready" || now.state === "failed") && now;
      // Preparing a whole server is part of it.
    }, { within: 240_000, every: 50 });
    return { asked, at };
  }

  return {
    url: url.href,
    client,
    rests,
    connectByHand,
    prompts: () => prompts,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function wordOf(prompt: Prompt): string {
  if (prompt.type !== "secret") return prompt.type;
  return [prompt.kind, prompt.canRemember && "may be remembered", prompt.reason && "again"].filter(Boolean).join(", ");
}
