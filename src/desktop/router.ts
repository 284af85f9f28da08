import { implement } from "@orpc/server";
import { desktopContract } from "../contract/index.ts";
import type { Services } from "./desktop.ts";
import type { CallContext } from "./rpc/handler.ts";

/** What a window may ask, one line per procedure; the work is in the folders beside. */
export function createRouter(services: Services) {
  const on = implement(desktopContract).$context<CallContext>();
  const { servers, prompts, credits } = services;
  return {
    app: {
      info: on.app.info.handler(() => services.info()),
    },
    servers: {
      list: on.servers.list.handler(() => servers.list()),
      watch: on.servers.watch.handler(({ signal }) => servers.watch(signal)),
    },
    prompts: {
      watch: on.prompts.watch.handler(({ signal }) => prompts.watch(signal)),
      answer: on.prompts.answer.handler(({ input }) => {
        prompts.answer(input.id, input.answer);
        return {};
      }),
    },
    streams: {
      taken: on.streams.taken.handler(({ input }) => {
        credits.taken(input.stream, input.taken);
        return {};
      }),
    },
  };
}
