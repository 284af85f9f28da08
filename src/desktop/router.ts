import { implement } from "@orpc/server";
import { desktopContract } from "../contract/index.ts";
import { forwardAgent } from "./agent/forward.ts";
import type { Services } from "./services.ts";
import type { CallContext } from "./rpc/handler.ts";

/** What a window may ask, one line per procedure; the work is in the folders beside. */
export function createRouter({ info, servers, prompts, local, credits }: Services) {
  const on = implement(desktopContract).$context<CallContext>();
  return {
    app: {
      info: on.app.info.handler(info),
    },
    servers: {
      list: on.servers.list.handler(() => servers.list()),
      watch: on.servers.watch.handler(({ signal }) => servers.watch(signal)),
      add: on.servers.add.handler(({ input }) => servers.add(input)),
      addLocal: on.servers.addLocal.handler(() => servers.addLocal()),
      rename: on.servers.rename.handler(({ input }) => servers.rename(input.id, input.name)),
      remove: on.servers.remove.handler(async ({ input }) => (await servers.remove(input.id), {})),
      connect: on.servers.connect.handler(({ input }) => servers.connect(input.id)),
      disconnect: on.servers.disconnect.handler(({ input }) => servers.disconnect(input.id)),
      wake: on.servers.wake.handler(() => (servers.wake(), {})),
    },
    prompts: {
      watch: on.prompts.watch.handler(({ signal }) => prompts.watch(signal)),
      answer: on.prompts.answer.handler(({ input }) => (prompts.answer(input.id, input.answer), {})),
    },
    local: {
      check: on.local.check.handler(() => local.check()),
      install: on.local.install.handler(({ signal }) => local.install(signal)),
    },
    streams: {
      taken: on.streams.taken.handler(({ input }) => (credits.taken(input.stream, input.taken), {})),
    },
    agent: forwardAgent(servers.reach),
  };
}
