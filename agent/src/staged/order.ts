/** `from` has to be there before `to`, since then. */
export type Edge = { from: string; to: string; at: number };
export type Order = {
  /** Each behind those that it waits for. */
  order: string[];
  after: ReadonlyMap<string, readonly string[]>;
  /** Edges that would close a circle: `to` does not wait for `from`. `circle`: from `to` on to itself. */
  broken: { from: string; to: string; circle: string[] }[];
};

/**
 * Edges are taken by their age, and one that would close a circle is left out: every circle is broken at its youngest edge.
 * Of the same age the one between older services comes first; ids are made by age.
 */
export function orderOf(nodes: readonly string[], edges: readonly Edge[]): Order {
  const byAge = [...edges].sort((a, b) => a.at - b.at || compare(a.from, b.from) || compare(a.to, b.to));
  /** All that come before a node, and those right before it. */
  const before = new Map(nodes.map((node) => [node, new Set<string>()]));
  const after = new Map(nodes.map((node) => [node, [] as string[]]));
  const broken: Order["broken"] = [];
  for (const { from, to } of byAge) {
    if (from === to || after.get(to)!.includes(from)) continue;
    if (before.get(from)!.has(to)) {
      broken.push({ from, to, circle: [to, ...wayBack(after, from, to)] });
      continue;
    }
    after.get(to)!.push(from);
    if (before.get(to)!.has(from)) continue;
    const added = [from, ...before.get(from)!];
    for (const [node, all] of before) if (node === to || all.has(to)) for (const one of added) all.add(one);
  }
  const order = [...nodes].sort((a, b) => before.get(a)!.size - before.get(b)!.size || compare(a, b));
  return { order, after, broken };
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Who waits for whom from `from` on to `to`, the shortest way: each before the one that it refers to. */
function wayBack(after: ReadonlyMap<string, readonly string[]>, from: string, to: string): string[] {
  const next = new Map<string, string>();
  const queue = [from];
  for (let at = queue.shift(); at !== undefined && at !== to; at = queue.shift()) {
    for (const one of after.get(at) ?? []) {
      if (one === from || next.has(one)) continue;
      next.set(one, at);
      queue.push(one);
    }
  }
  const way: string[] = [];
  for (let at = next.get(to); at !== undefined; at = next.get(at)) way.push(at);
  return [...way.reverse(), to];
}
