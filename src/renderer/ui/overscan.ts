import { useEffect, useState } from "react";

/** How much beside what is in sight a list draws: nothing until that has been painted, so that it is there sooner. */
export function useOverscan(most: number): number {
  const [over, setOver] = useState(0);
  useEffect(() => whenIdle(() => setOver(most)), [most]);
  return over;
}

/** Safari tells of no idle moment: there it is the next one. Answers what calls it off. */
export function whenIdle(act: () => void): () => void {
  if ("requestIdleCallback" in globalThis) {
    const waits = requestIdleCallback(act, { timeout: 2000 });
    return () => cancelIdleCallback(waits);
  }
  const waits = setTimeout(act);
  return () => clearTimeout(waits);
}
