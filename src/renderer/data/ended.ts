import { useEffect, useRef } from "react";

/**
 * Tells of what has ended since the list was looked at before, the oldest first, however short it ran; of the first look
 * nothing. `of`: whose list it is; newest first.
 */
export function useNewlyEnded<T extends { id: string }>(of: string, list: T[] | undefined, hasEnded: (one: T) => boolean, tell: (fresh: T[]) => void): void {
  const known = useRef(new Map<string, Set<string>>());
  useEffect(() => {
    if (!list) return;
    const ended = list.filter(hasEnded);
    const before = known.current.get(of);
    known.current.set(of, new Set(ended.map(({ id }) => id)));
    const fresh = before ? ended.filter(({ id }) => !before.has(id)).toReversed() : [];
    if (fresh.length > 0) tell(fresh);
  }, [of, list, hasEnded, tell]);
}
