import { IDEMPOTENCY_HEADER } from "@aeroplane/agent/contract";
import type { AnyRouter } from "@orpc/server";
import type { StandardRPCHandlerOptions } from "@orpc/server/standard";
import { CREDIT_HEADER, SERVER_HEADER } from "../../contract/index.ts";
import type { Credits } from "./credit.ts";
import { toWire } from "./errors.ts";
import { streamWithErrors } from "./stream-errors.ts";

/** What a call brings beside its input. */
export type CallContext = { server?: string; stream?: string; idempotencyKey?: string };
export type WindowRouter = AnyRouter;

/** The same for every transport towards a window: context from headers, errors of the table, limited streams. */
export function handlerOptions({ credits }: { credits?: Credits } = {}): StandardRPCHandlerOptions<CallContext> {
  return {
    interceptors: [
      (options) => options.next({ ...options, context: { ...options.context, ...contextOf(options.request.headers) } }),
    ],
    clientInterceptors: [
      async ({ next, context, signal }) => {
        try {
          const output = await next();
          if (!isStream(output)) return output;
          const stream = streamWithErrors(output, toWire);
          return credits && context.stream ? credits.limited(context.stream, stream, signal) : stream;
        } catch (error) {
          throw toWire(error);
        }
      },
    ],
  };
}

function contextOf(headers: Record<string, string | string[] | undefined>): CallContext {
  const one = (name: string) => (typeof headers[name] === "string" ? headers[name] : undefined);
  return { server: one(SERVER_HEADER), stream: one(CREDIT_HEADER), idempotencyKey: one(IDEMPOTENCY_HEADER) };
}

function isStream(output: unknown): output is AsyncIterableIterator<unknown> {
  return typeof output === "object" && output !== null && Symbol.asyncIterator in output && "next" in output;
}

