/** Where requests for a service go. */
export type RouteTarget =
  | { type: "app"; address: string; port: number; releaseId: string }
  | { type: "site"; serviceId: string; releaseId: string }
  | { type: "stopped" };

const ID = /^[0-9a-zA-Z-]{1,64}$/;
const ADDRESS = /^[0-9a-f.:]+$/i;

/** A target as the name of a file: Caddy lists a folder and reads the name, so switching needs neither config nor content. */
export function targetName(target: RouteTarget): string {
  if (target.type === "stopped") return "stopped";
  if (!ID.test(target.releaseId)) throw new Error(`not a release id: ${target.releaseId}`);
  if (target.type === "site") {
    if (!ID.test(target.serviceId)) throw new Error(`not a service id: ${target.serviceId}`);
    return `site@${target.serviceId}@${target.releaseId}`;
  }
  return `app@${dialAddress(target)}@${target.releaseId}`;
}

/** An address and a port as Caddy dials them, fit for the name of a file. */
export function dialAddress({ address, port }: { address: string; port: number }): string {
  if (!ADDRESS.test(address)) throw new Error(`not an IP address: ${address}`);
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

const APP = /^app@(?:\[([^\]]+)\]|([^:@]+)):(\d+)@([^@]+)$/;
const SITE = /^site@([^@]+)@([^@]+)$/;

/** The reverse of `targetName`; null for a name that is none of ours. */
export function parseTarget(name: string): RouteTarget | null {
  if (name === "stopped") return { type: "stopped" };
  const app = APP.exec(name);
  if (app) return { type: "app", address: (app[1] ?? app[2])!, port: Number(app[3]), releaseId: app[4]! };
  const site = SITE.exec(name);
  return site ? { type: "site", serviceId: site[1]!, releaseId: site[2]! } : null;
}
