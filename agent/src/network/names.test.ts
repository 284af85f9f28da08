import { expect, test } from "vitest";
import { linesOf } from "./names.ts";

test("each name has a line of its own; a service's own name is never another's, also while nothing answers under it", () => {
  const services = [
    { names: ["api", "db", "web"], virtualAddress: "10.192.1.1", live: ["10.192.0.2", "10.192.0.3"] },
    { names: ["web", "db", "cache"], virtualAddress: "10.192.1.2", live: [] },
  ];
  const lines = (virtual: boolean) => linesOf(services, virtual).map(({ name, address }) => `${name} ${address}`);
  expect([lines(true), lines(false)]).toEqual([
    ["api 10.192.1.1", "web 10.192.1.2", "db 10.192.1.1", "cache 10.192.1.2"],
    ["api 10.192.0.2", "db 10.192.0.2"],
  ]);
});
