/** Milliseconds before each next start: what died once is back at once, what dies again and again gets a moment. */
const RESTS = [0, 50, 100, 200, 400] as const;
/** Deaths so long ago say nothing about the next one. */
const MEMORY = 10 * 60_000;

/** How long to wait after one more death; null: that was one too many, a person has to say so. */
export function createDeaths({ now = () => performance.now() }: { now?: () => number } = {}) {
  let times: number[] = [];
  return {
    next(): number | null {
      const at = now();
      times = [...times.filter((time) => at - time < MEMORY), at];
      return RESTS[times.length - 1] ?? null;
    },
    forget: () => void (times = []),
  };
}
