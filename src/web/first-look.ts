import { createRouterClient } from "@orpc/server";
import type { FirstLook, KnownState, Server } from "../contract/index.ts";
import type { WindowRouter } from "../desktop/rpc/handler.ts";

type Asked = { servers: { list(input: object, options: object): Promise<Server[]> }; known: { get(input: { id: string }, options: object): Promise<KnownState | null> } };

/** What the page would ask first over its link, by the same procedures. Null: it is to ask there. */
export async function firstLook(router: WindowRouter, serverId: string, signal: AbortSignal): Promise<FirstLook | null> {
  try {
    const client = createRouterClient(router as never, { context: {} as never }) as unknown as Asked;
    const known = serverId ? client.known.get({ id: serverId }, { signal }).catch(() => null) : null;
    const servers = await client.servers.list({}, { signal });
    return { servers, known: await known };
  } catch {
    return null;
  }
}
