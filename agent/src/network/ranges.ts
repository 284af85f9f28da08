/** IPv4 ranges as numbers; just enough to find one that nobody uses. */

export type Range = { first: number; last: number };

export function parseAddress(text: string): number {
  return text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

export function parseRange(cidr: string): Range {
  const [address = "", bits = "32"] = cidr.split("/");
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(parseAddress(address) / size) * size;
  return { first, last: first + size - 1 };
}

export function overlaps(a: Range, b: Range): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** Destinations of the host's own routes, from /proc/net/route; the default route says nothing about what is taken. */
export function parseRoutes(table: string): Range[] {
  return table
    .split("\n")
    .slice(1)
    .map((line) => line.split("\t"))
    .filter((fields) => fields.length > 7 && fields[7] !== "00000000")
    .map((fields) => {
      const first = fromHex(fields[1] ?? "");
      return { first, last: first + (2 ** 32 - 1 - fromHex(fields[7] ?? "")) };
    });
}

/** The kernel prints addresses in the byte order of the machine: little-endian on every architecture that we know. */
function fromHex(word: string): number {
  return (word.match(/../g) ?? []).reverse().reduce((sum, byte) => sum * 256 + Number.parseInt(byte, 16), 0);
}
