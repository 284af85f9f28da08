import { names } from "../../contract/index.ts";

/** The largest number of hostnames that stand in the config: each is compared with one after the other. */
const MOST = 1000;

/** Of the names of links those that may stand in the config: what is no hostname of the contract could be read as something else there. */
export function admissible(hostnames: readonly string[]): string[] {
  return [...new Set(hostnames)].filter((hostname) => names.hostname.safeParse(hostname).success).sort().slice(0, MOST);
}

/** From 2.11.6 on Caddy ends streams that are quiet for a minute, unless it is told not to. */
export function endsQuietStreams(version: string | null): boolean {
  const [major = 0, minor = 0, patch = 0] = (/(\d+)\.(\d+)\.(\d+)/.exec(version ?? "")?.slice(1) ?? []).map(Number);
  return major > 2 || (major === 2 && (minor > 11 || (minor === 11 && patch >= 6)));
}
