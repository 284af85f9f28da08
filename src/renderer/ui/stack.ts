import { useEffect, useId } from "react";
import { create } from "zustand";

const useOpen = create<{ ids: string[] }>(() => ({ ids: [] }));

/** How many dialogs lie below this one: each stands a little aside, so that the one below is seen to be there. */
export function useDepth(): number {
  const id = useId();
  const at = useOpen(({ ids }) => ids.indexOf(id));
  useEffect(() => {
    useOpen.setState(({ ids }) => ({ ids: [...ids, id] }));
    return () => useOpen.setState(({ ids }) => ({ ids: ids.filter((each) => each !== id) }));
  }, [id]);
  return Math.max(0, at);
}
