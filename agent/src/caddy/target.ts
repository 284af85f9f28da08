/** Where requests for a service go. */
export type RouteTarget =
  /** To all of these addresses in turn; 1 to 8. */
  | { type: "app"; addresses: string[]; port: number; releaseId: string }
  | { type: "site"; serviceId: string; releaseId: string }
  | { type: "stopped" }
  /** Requests wait for what the slot will say. */
  | { type: "held"; slot: number };

/** As many as a release has instances at most; with an id they fit into the name of a file. */
export const MOST_ADDRESSES = 8;

const ID = /^[0-9a-zA-Z-]{1,64}$/;
const ADDRESS = /^[0-9a-f.:]+$/i;

/** A target as the name of a file: Caddy lists a folder and reads the name, so switching needs neither config nor content. */
export function targetName(target: RouteTarget): string {
  if (target.type === "stopped") return "stopped@";
  if (target.type === "held") return `held@${target.slot}`;
  if (!ID.test(target.releaseId)) throw new Error(`not a release id: ${target.releaseId}`);
  if (target.type === "site") {
    if (!ID.test(target.serviceId)) throw new Error(`not a service id: ${target.serviceId}`);
    return `site@${target.serviceId}@${target.releaseId}`;
  }
  const { addresses, port } = target;
  if (addresses.length === 0 || addresses.length > MOST_ADDRESSES) throw new Error(`${addresses.length} addresses for one target`);
  return `app@${addresses.map((address) => dialAddress({ address, port })).join(",")}@${target.releaseId}`;
}

/** An address and a port as Caddy dials them, fit for the name of a file. */
export function dialAddress({ address, port }: { address: string; port: number }): string {
  if (!ADDRESS.test(address)) throw new Error(`not an IP address: ${address}`);
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

const APP = /^app@([^@]+)@([^@]+)$/;
const DIAL = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/;
const HELD = /^held@(\d{1,3})$/;
const SITE = /^site@([^@]+)@([^@]+)$/;

/** The reverse of `targetName`; null for a name that is none of ours. */
export function parseTarget(name: string): RouteTarget | null {
  if (name === "stopped@" || name === "stopped") return { type: "stopped" };
  const app = APP.exec(name);
  if (app) return appOf(app[1]!.split(","), app[2]!);
  const held = HELD.exec(name);
  if (held) return { type: "held", slot: Number(held[1]) };
  const site = SITE.exec(name);
  return site ? { type: "site", serviceId: site[1]!, releaseId: site[2]! } : null;
}

function appOf(dials: string[], releaseId: string): RouteTarget | null {
  const found = dials.flatMap((dial) => {
    const parts = DIAL.exec(dial);
    return parts === null ? [] : [{ address: (parts[1] ?? parts[2])!, port: Number(parts[3]) }];
  });
  if (found.length !== dials.length) return null;
  return { type: "app", addresses: found.map(({ address }) => address), port: found[0]!.port, releaseId };
}
