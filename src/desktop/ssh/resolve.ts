import { lookup } from "node:dns/promises";

export type Address = { address: string; family: number };

/** A dead network leaves each look-up hanging for seconds on one of Node's few threads: a pair at a time, whatever waits. */
const AT_ONCE = 2;
const PATIENCE = 1000;

type Found = { addresses: Address[] } | { error: unknown };

/** Names to addresses; while the name service does not answer, the address that was last right. */
export function createResolver(ask: (host: string) => Promise<Address[]> = (host) => lookup(host, { all: true })) {
  const last = new Map<string, Address[]>();
  const asked = new Map<string, Promise<Found>>();
  const waiting: (() => void)[] = [];
  let running = 0;

  async function turn(): Promise<void> {
    if (running >= AT_ONCE) await new Promise<void>((go) => waiting.push(go));
    running += 1;
  }

  async function fresh(host: string): Promise<Found> {
    await turn();
    try {
      const addresses = await ask(host);
      last.set(host, addresses);
      return { addresses };
    } catch (error) {
      return { error };
    } finally {
      running -= 1;
      asked.delete(host);
      waiting.shift()?.();
    }
  }

  return async function resolve(host: string): Promise<Address[]> {
    const answer = asked.get(host) ?? fresh(host);
    asked.set(host, answer);
    const known = last.get(host);
    const found = known === undefined ? await answer : await Promise.race([answer, later({ addresses: known })]);
    if ("addresses" in found) return found.addresses;
    if (known !== undefined) return known;
    throw found.error;
  };
}

const later = (found: Found) => new Promise<Found>((resolve) => setTimeout(resolve, PATIENCE, found).unref());

export const resolveName = createResolver();
