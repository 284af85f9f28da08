import { StandardRPCJsonSerializer, StandardRPCSerializer } from "@orpc/client/standard";
import { NodeHttpHandler } from "@orpc/server/node";
import { StandardHandler, StandardRPCCodec, StandardRPCMatcher } from "@orpc/server/standard";
import type { Call } from "../api/base.ts";
import type { AgentRouter } from "../api/router.ts";

/**
 * The framework copies whatever it sends, with a path for each value, to find dates and the like. The contract has nothing
 * but JSON (its JSON schemas are held to that), and over a log those copies were 40 % of all that the agent allocated.
 */
class PlainJson extends StandardRPCJsonSerializer {
  override serialize(data: unknown): ReturnType<StandardRPCJsonSerializer["serialize"]> {
    return [data, [], [], []];
  }
}

/** Calls as the framework's own handler has them, byte for byte. */
export function createCallHandler(router: AgentRouter): NodeHttpHandler<Call> {
  const codec = new StandardRPCCodec(new StandardRPCSerializer(new PlainJson()));
  return new NodeHttpHandler(new StandardHandler<Call>(router, new StandardRPCMatcher(), codec, {}));
}
