import { useSyncExternalStore } from "react";

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
  );
}

/** The widths at which the shape of the window changes. */
export const SIDE_COLLAPSES = "(max-width: 1199px)";
export const DRAWER_COVERS = "(max-width: 1079px)";
