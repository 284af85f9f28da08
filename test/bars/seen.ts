// What a service does, once an agent that may just have been started has seen it.
import type { Service } from "../../agent/contract/index.ts";

type Client = { services: { get(input: { id: string }): Promise<Service> }; changes: { watch(input: object, options: { signal: AbortSignal }): Promise<AsyncIterable<unknown>> } };

/** Where it is still not known after that long, that is its state. */
const WITHIN_MS = 60_000;

export async function whenSeen(client: Client, id: string, signal: AbortSignal): Promise<Service> {
  const late = AbortSignal.timeout(WITHIN_MS);
  try {
    for await (const _ of await client.changes.watch({}, { signal: AbortSignal.any([signal, late]) })) {
      const service = await client.services.get({ id });
      if (service.state !== "unknown") return service;
    }
  } catch (error) {
    if (!late.aborted) throw error;
  }
  return client.services.get({ id });
}
