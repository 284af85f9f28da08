import type { Service } from "@aeroplane/agent/contract";
import type { Hop, Server } from "../../contract/index.ts";

/** Where a service opens in a browser; null without a hostname. */
export function siteAddress(server: Server, service: Service): string | null {
  if (!service.hostname) return null;
  const port = server.hello?.httpPort ?? 80;
  return `http://${service.hostname}${port === 80 ? "" : `:${port}`}/`;
}

/** What is pasted for a hostname is often the address of a page: its hostname alone, in lower case. */
export function hostnameFrom(text: string): string {
  const rest = text.trim().replace(/^[a-z][a-z0-9+.-]*:\/\//i, "");
  if (rest === text.trim() && !rest.includes("/")) return text;
  const authority = rest.split(/[/?#]/)[0] ?? "";
  return authority.slice(authority.lastIndexOf("@") + 1).replace(/:\d*$/, "").toLowerCase();
}

export type Parsed = { user: string; address: string; port: number } | { wrong: string };

/** Reads "user@host:port", "ssh://user@host", "host", "[2001:db8::1]:22"; root and 22 where nothing is said. */
export function parseAddress(text: string): Parsed {
  const rest = text.trim().replace(/^ssh:\/\//, "").replace(/^ssh\s+/, "").replace(/\/$/, "");
  if (!rest) return { wrong: "An address such as root@203.0.113.20" };
  const at = rest.lastIndexOf("@");
  const user = at < 0 ? "root" : rest.slice(0, at);
  const place = at < 0 ? rest : rest.slice(at + 1);
  if (!/^[A-Za-z_][A-Za-z0-9._-]*\$?$/.test(user)) return { wrong: `“${user}” is not a user name.` };
  const bracketed = /^\[([0-9A-Fa-f:.%A-Za-z]+)\](?::(\d+))?$/.exec(place);
  const plain = /^([^:\s]+)(?::(\d+))?$/.exec(place);
  const ipv6 = (place.match(/:/g)?.length ?? 0) > 1 && !bracketed ? ([place, place, undefined] as const) : null;
  const match = bracketed ?? ipv6 ?? plain;
  const address = match?.[1];
  if (!address || !/^[A-Za-z0-9:%]([A-Za-z0-9.:_%-]*[A-Za-z0-9])?$/.test(address)) return { wrong: `“${place}” is not a hostname or an IP address.` };
  const port = match[2] ? Number(match[2]) : 22;
  if (port < 1 || port > 65535) return { wrong: `${port} is not a port: 1 to 65535.` };
  return { user, address, port };
}

/** As parseAddress reads it; the user is always said, because it differs from host to host. */
export function hopText({ user, address, port }: Hop): string {
  const host = address.includes(":") ? `[${address}]` : address;
  return `${user}@${host}${port === 22 ? "" : `:${port}`}`;
}

/** "a, b": the hosts to go through, in order; none where nothing is said. */
export function parseHops(text: string): Hop[] | { wrong: string } {
  const hops: Hop[] = [];
  for (const word of text.split(",").map((part) => part.trim()).filter(Boolean)) {
    const parsed = parseAddress(word);
    if ("wrong" in parsed) return parsed;
    hops.push(parsed);
  }
  return hops.length > 8 ? { wrong: "At most 8 hosts." } : hops;
}
