import type { Client } from "ssh2";

type Said = { methods: readonly string[]; partial: boolean };
type Handler = (protocol: unknown, methods: string[], partial: boolean) => void;

/**
 * What the server says to each offer. ssh2 hands this to its authHandler too, but forgets it after a key of an agent: a
 * key that was right as the first of two steps would look refused.
 */
export function hearFailures(client: Client) {
  let said: Said = { methods: [], partial: false };

  /** To be called after connect(), which makes the handlers. */
  function listen(): void {
    const handlers = (client as unknown as { _protocol?: { _handlers?: { USERAUTH_FAILURE?: Handler } } })._protocol?._handlers;
    const original = handlers?.USERAUTH_FAILURE;
    if (!handlers || !original) throw new Error("This version of ssh2 does not tell what a server answers.");
    handlers.USERAUTH_FAILURE = (protocol, methods, partial) => {
      // A later failure does not take the first step back.
      said = { methods, partial: partial || said.partial };
      original(protocol, methods, partial);
    };
  }

  return { listen, last: () => said };
}
