/** What changes within it is drawn once: fifty servers that change one after the other would have the page drawn fifty times. */
const REST = 100;

/** Tells at once when it has been quiet, and else once when the rest is over. */
export function telling(tell: () => void, rest = REST): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = Number.NEGATIVE_INFINITY;
  function now(): void {
    timer = undefined;
    tell();
    // Drawing is part of the telling: the rest begins behind it.
    told = performance.now();
  }
  return () => {
    if (timer !== undefined) return;
    const left = told + rest - performance.now();
    if (left <= 0) now();
    else timer = setTimeout(now, left);
  };
}
