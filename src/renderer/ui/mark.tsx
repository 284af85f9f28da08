import { age, exact, useNow } from "../data/time.ts";

/** Beside what was edited and waits for a deploy; who edited it when is in its tooltip. `word`: what becomes of it, where that is more than another value. */
export function StagedMark({ word = null, by, at }: { word?: string | null; by: string | null; at: number }) {
  const now = useNow(15_000);
  const words = word === null ? "Staged" : `Staged: ${word.toLowerCase()}`;
  return (
    <span title={`${words} by ${by ?? "somebody"} · ${age(at, now)} · ${exact(at)}`} className="shrink-0 rounded-full bg-accent-tint px-1.5 text-[11px]/[16px] font-medium whitespace-nowrap text-accent">
      {words}
    </span>
  );
}
