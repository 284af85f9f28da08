// Tickets in the wrong hands, too late, or twice.
import { randomUUID } from "node:crypto";
import type { RawTicket } from "../../../agent/contract/index.ts";
import { createDigest } from "../../../agent/lane/index.ts";
import type { AgentClient } from "../../../src/desktop/agent/client.ts";
import { letGo, takeOnce } from "../../../src/desktop/transfers/exchange.ts";
import type { ViewerAgent } from "./viewer.ts";

const SIZE = 64 * 1024;

/** What each of them was answered, and what it should have been. */
export async function strangers({ viewer, owner, expire }: ViewerAgent, signal: AbortSignal): Promise<{ tried: string; got: string; wanted: string }[]> {
  const fresh = (agent: AgentClient) => agent.client.instance.speed({ direction: "down", size: SIZE });
  const present = (agent: AgentClient, ticket: RawTicket) =>
    takeOnce({ agent, ticket, signal, from: 0, digest: createDigest(), sink: { write: async () => {} } }).then(
      () => "taken",
      (error: { problem?: { code: string }; message: string }) => error.problem?.code ?? error.message,
    );
  const found: { tried: string; got: string; wanted: string }[] = [];
  const check = async (tried: string, got: Promise<string>, wanted: string) => void found.push({ tried, got: await got, wanted });
  const [owners, viewers] = [await fresh(owner), await fresh(viewer)];
  await check("stolen by a viewer", present(viewer, owners), "RAW_TICKET_UNKNOWN");
  await check("stolen from a viewer", present(owner, viewers), "RAW_TICKET_UNKNOWN");
  await check("without its secret", present(owner, { ...owners, secret: "" }), "RAW_TICKET_UNKNOWN");
  await check("with the secret of another", present(owner, { ...owners, secret: viewers.secret }), "RAW_TICKET_UNKNOWN");
  await check("of an id that there is not", present(owner, { ...owners, id: randomUUID() }), "RAW_TICKET_UNKNOWN");
  await check("of an id that is none", present(owner, { ...owners, id: "..%2f..%2fkey" }), "RAW_TICKET_UNKNOWN");
  await check("by its holder", present(owner, owners), "taken");
  await check("again by its holder", present(owner, owners), "taken");
  await letGo({ agent: owner, ticket: owners, signal });
  await check("when it was complete", present(owner, owners), "RAW_TICKET_UNKNOWN");
  await expire(viewers.id);
  await check("expired", present(viewer, viewers), "RAW_TICKET_UNKNOWN");
  return found;
}
