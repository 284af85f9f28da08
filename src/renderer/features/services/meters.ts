import type { ServiceMeters } from "@aeroplane/agent/contract";
import { age, bytes } from "../../data/time.ts";

const sum = (figures: (number | null)[]): number | null => {
  const known = figures.filter((each) => each !== null);
  return known.length === 0 ? null : known.reduce((all, each) => all + each, 0);
};
const figure = (value: number): string => (value < 10 ? value.toFixed(2).replace(/\.?0+$/, "") : value.toFixed(0));

const memory = (used: number | null, limit: number): string => (used === null ? "Memory not known" : `Memory ${bytes(used)} of ${bytes(limit)}`);
const processors = (used: number | null, limit: number): string => (used === null ? "processors not known" : `${figure(used)} of ${figure(limit)} processors`);

/** `all`: of all its instances together, of what they may have together; `each`: a line for each where there are several. */
export function meterWords({ memoryLimit, processorLimit, instances }: ServiceMeters): { all: string; each: string[] } {
  const count = instances.length;
  const words = (one: Pick<ServiceMeters["instances"][number], "memory" | "processors">, times: number) => `${memory(one.memory, memoryLimit * times)} · ${processors(one.processors, processorLimit * times)}`;
  const all = { memory: sum(instances.map((one) => one.memory)), processors: sum(instances.map((one) => one.processors)) };
  return { all: words(all, count), each: count < 2 ? [] : instances.map((one) => `Instance ${one.ordinal} · ${words(one, 1)}`) };
}

/** How long it stands so: "for 14 s", "since 3 Nov 2026". */
export function standsWords(at: number, now: number): string {
  const words = age(at, now);
  return words === "now" ? "just now" : / (s|min|h|d)$/.test(words) ? `for ${words}` : `since ${words}`;
}
