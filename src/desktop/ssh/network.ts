import { networkInterfaces } from "node:os";

/** Every address by which this computer is in a network; none: it is in none. */
export const outerAddresses = (): { name: string; address: string }[] =>
  Object.entries(networkInterfaces()).flatMap(([name, list]) => (list ?? []).filter(({ internal }) => !internal).map(({ address }) => ({ name, address })));

/** What is on this very computer is there without a network. */
export const isHere = (address: string): boolean => address === "localhost" || address.endsWith(".localhost") || address === "::1" || address.startsWith("127.");
