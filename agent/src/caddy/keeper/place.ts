import { join } from "node:path";
import type { Account } from "../../sandbox/index.ts";

/** What keeping Caddy and its port needs to know. */
export type KeeperPlace = {
  dataDir: string;
  bin: string;
  account: Account | null;
  httpAddress: string;
  httpPort: number;
  /** The systemd unit that runs it; null: a holder of our own does. */
  unit: string | null;
};

export const caddyFolder = (dataDir: string) => join(dataDir, "caddy");
export const configFile = (dataDir: string) => join(dataDir, "caddy", "config.json");

/** By the word "all addresses" IPv6 is meant too, where there is some: so Caddy itself reads it, and so do all who open the port for it. */
export const isEverywhere = ({ httpAddress }: Pick<KeeperPlace, "httpAddress">): boolean => ["0.0.0.0", "::", ""].includes(httpAddress);

/** "0.0.0.0:80", "[::1]:8080": as systemd and Caddy write it. */
export function portAddress({ httpAddress, httpPort }: Pick<KeeperPlace, "httpAddress" | "httpPort">): string {
  return `${httpAddress.includes(":") ? `[${httpAddress}]` : httpAddress}:${httpPort}`;
}
