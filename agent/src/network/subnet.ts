import { readFile } from "node:fs/promises";
import { fail } from "../../contract/problem.ts";
import { formatAddress, overlaps, parseAddress, parseRange, parseRoutes, type Range } from "./ranges.ts";

/**
 * Each environment takes a block of 512 addresses: the first half is its Docker network, the second half is never on
 * any wire: its addresses stand for services and are translated to whichever container is live.
 */
const POOL = parseRange("10.192.0.0/11");
const BLOCK = 512;
const HALF = 256;
const VIRTUAL_ADDRESSES = 254;

export type SubnetPlan = {
  /** What Docker is told and the store keeps: "10.192.4.0/24". */
  subnet: string;
  gateway: string;
  /** The block's second half: "10.192.5.0/24". */
  virtualRange: string;
  /** Which block of the pool, in hex: part of the bridge's name, so that no two environments share one. */
  block: string;
};

export function planOf(subnet: string): SubnetPlan {
  const { first } = parseRange(subnet);
  return {
    subnet,
    gateway: formatAddress(first + 1),
    virtualRange: `${formatAddress(first + HALF)}/24`,
    block: Math.floor((first - POOL.first) / BLOCK).toString(16),
  };
}

/** The first block that no route, no network and no other environment touches. */
export function chooseSubnet(taken: Range[]): string {
  let tried = 0;
  for (let first = POOL.first; first < POOL.last; first += BLOCK) {
    tried += 1;
    const block = { first, last: first + BLOCK - 1 };
    if (!taken.some((range) => overlaps(range, block))) return `${formatAddress(first)}/24`;
  }
  throw fail("NO_SUBNET_FREE", { tried });
}

/** The block of a network, as what it takes from others. */
export function blockOf(subnet: string): Range {
  const { first } = parseRange(subnet);
  return { first, last: first + BLOCK - 1 };
}

export async function hostRoutes(): Promise<Range[]> {
  return parseRoutes(await readFile("/proc/net/route", "utf8"));
}

/** So many containers fit into an environment's network; .1 is the gateway. */
export const NETWORK_ADDRESSES = 253;

/** The lowest addresses of the network that no container holds; fewer than `count` when so many are not free. */
export function freeAddresses(subnet: string, count: number, taken: Iterable<string>): string[] {
  return lowestFree(parseRange(subnet).first + 2, NETWORK_ADDRESSES, count, taken);
}

/** An address of the second half, for a service's whole life. */
export function freeVirtualAddress(subnet: string, taken: Iterable<string>): string {
  const [address] = lowestFree(parseRange(subnet).first + HALF + 1, VIRTUAL_ADDRESSES, 1, taken);
  if (address === undefined) throw fail("NO_SUBNET_FREE", { tried: VIRTUAL_ADDRESSES });
  return address;
}

function lowestFree(first: number, size: number, count: number, taken: Iterable<string>): string[] {
  const used = new Set([...taken].map(parseAddress));
  const free: string[] = [];
  for (let address = first; address < first + size && free.length < count; address += 1) {
    if (!used.has(address)) free.push(formatAddress(address));
  }
  return free;
}
