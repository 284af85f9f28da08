import { expect, test } from "vitest";
import { orderOf, type Edge } from "./order.ts";

const edges = (...all: string[]): Edge[] => all.map((text, at) => ({ from: text[0]!, to: text[1]!, at }));

test("each stands behind those that it waits for, and those of one level by their age", () => {
  const { order, after, broken } = orderOf([..."edcba"], edges("eb", "bd", "ca", "ed"));
  expect([order, after.get("d"), after.get("a"), broken]).toEqual([["c", "e", "a", "b", "d"], ["b", "e"], ["c"], []]);
});

test("a circle is broken at its youngest edge, and told from the one that does not wait", () => {
  const nodes = [..."abcd"];
  const ring = edges("ab", "bc", "cd", "da");
  for (const youngest of ring) {
    const { order, after, broken } = orderOf(nodes, ring.map((edge) => (edge === youngest ? { ...edge, at: 9 } : edge)));
    const at = nodes.indexOf(youngest.to);
    const begun = [...nodes.slice(at), ...nodes.slice(0, at)];
    expect([order, after.get(youngest.to), broken]).toEqual([begun, [], [{ from: youngest.from, to: youngest.to, circle: [youngest.to, ...begun.slice(1).reverse(), youngest.to] }]]);
  }
});

test("of edges of one age that between older services is kept", () => {
  const { order, broken } = orderOf(["a", "b"], [{ from: "b", to: "a", at: 1 }, { from: "a", to: "b", at: 1 }]);
  expect([order, broken]).toEqual([["a", "b"], [{ from: "b", to: "a", circle: ["a", "b", "a"] }]]);
});

test("whatever refers to whatever: nobody stands before one that it waits for, and only circles lose an edge", () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 200; round++) {
    const nodes = Array.from({ length: 2 + random(8) }, (_, at) => `n${at}`);
    const given = Array.from({ length: random(20) }, (_, at): Edge => ({ from: nodes[random(nodes.length)]!, to: nodes[random(nodes.length)]!, at }));
    const { order, after, broken } = orderOf(nodes, given);
    const place = new Map(order.map((node, at) => [node, at]));
    expect(order.toSorted()).toEqual(nodes.toSorted());
    for (const [node, before] of after) for (const one of before) expect(place.get(one)!).toBeLessThan(place.get(node)!);
    for (const { from, to, circle } of broken) {
      expect([circle[0], circle[1], circle.at(-1)]).toEqual([to, from, to]);
      // Each of the circle waits for the next one, but for its first: the kept edges close it.
      for (let at = 1; at < circle.length - 1; at++) expect(after.get(circle[at]!)).toContain(circle[at + 1]);
    }
    const kept = [...after].flatMap(([to, before]) => before.map((from) => `${from} ${to}`));
    expect(new Set([...kept, ...broken.map(({ from, to }) => `${from} ${to}`)])).toEqual(new Set(given.filter(({ from, to }) => from !== to).map(({ from, to }) => `${from} ${to}`)));
  }
});
