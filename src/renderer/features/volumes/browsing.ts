import { create } from "zustand";
import { ROOT } from "./paths.ts";

type Browsing = { volumeId: string | null; path: string; /** What the keyboard comes back to: the folder that was left. */ from: string | null; /** And in the list of volumes, the one that was. */ left: string | null };

/** Which volume is looked into, and where in it; null: the list of them is shown. */
export const useBrowsing = create<Browsing>(() => ({ volumeId: null, path: ROOT, from: null, left: null }));

export const browse = (volumeId: string, path: string = ROOT, from: string | null = null): void => useBrowsing.setState({ volumeId, path, from, left: null });
export const leaveFiles = (): void => useBrowsing.setState(({ volumeId }) => ({ volumeId: null, path: ROOT, from: null, left: volumeId }));
