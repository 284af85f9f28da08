// The host's own keeper, with threads where Electron has processes.
import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import { createORPCClient } from "@orpc/client";
import type { ContractRouterClient } from "@orpc/contract";
import { CREDIT_HEADER, creditedLink, PORT_MESSAGE, SERVER_HEADER, SERVICES_MESSAGE, type DesktopContract } from "../../../src/contract/index.ts";
import { keepServices, type Guest } from "../../../src/main/services/keeper.ts";
import { portLink } from "../../../src/renderer/link/port.ts";
import type { Start } from "../../../src/utility/messages.ts";

type Context = { serverId?: string; stream?: string };
export type Client = ContractRouterClient<DesktopContract, Context>;
export type Services = ReturnType<typeof startServices>;

export function startServices({ start, env }: { start: Start; env: NodeJS.ProcessEnv }) {
  let running: Worker | undefined;
  let starts = 0;
  const keeper = keepServices({
    start,
    channel: () => new MessageChannel(),
    ask: async () => null,
    show: () => {},
    launch({ message, ended }) {
      starts += 1;
      const worker = new Worker(new URL("worker.ts", import.meta.url), { env });
      running = worker;
      worker.on("message", message);
      worker.on("error", (error) => console.error(error));
      worker.once("exit", ended);
      return {
        post: (data, ports = []) => worker.postMessage({ message: data, ports }, ports as MessagePort[]),
        kill: () => void worker.terminate(),
      };
    },
  });
  return {
    ...keeper,
    starts: () => starts,
    /** Without a word, in the middle of whatever it does. */
    kill: () => running!.terminate(),
  };
}

/** A window without a page: the page's own link, behind a stand-in for its `window`. */
export function openClient({ attach }: Pick<Services, "attach">): { client: Client; close: () => void } {
  const page = new EventTarget() as EventTarget & Pick<Window, "addEventListener">;
  const say = (data: unknown, ports: unknown[] = []) => page.dispatchEvent(Object.assign(new Event("message"), { data, ports, source: page }));
  const headers = ({ context }: { context: Context }): Record<string, string> => ({
    ...(context.serverId ? { [SERVER_HEADER]: context.serverId } : {}),
    ...(context.stream ? { [CREDIT_HEADER]: context.stream } : {}),
  });
  const client: Client = createORPCClient(creditedLink<Context>(portLink<Context>({ window: page, headers, become: () => {} })));
  let port: MessagePort | undefined;
  const guest: Guest = { port: (given) => say(PORT_MESSAGE, [(port = given as MessagePort)]), state: (state) => say({ type: SERVICES_MESSAGE, ...state }) };
  const detach = attach(guest);
  return { client, close: () => (detach(), port?.close()) };
}
