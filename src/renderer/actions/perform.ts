import { create } from "zustand";
import type { Problem } from "@aeroplane/agent/contract";
import { problemOf } from "../data/problem.ts";
import { keys, queries } from "../data/queries.ts";

/** The last act that was refused; stays on the screen until it is put away. */
export const useRefusal = create<{ title: string; problem: Problem; yes?: Yes } | { title: null }>(() => ({ title: null }));

/** What a person may say to have a refused act done all the same; the word names what it costs. */
export type Yes = { word: string; act: () => void };
export const dismissRefusal = () => useRefusal.setState({ title: null }, true);

/** Runs an act from a menu, a shortcut or the palette; a refusal is shown in place, not in a passing toast. */
export function perform(title: string, serverId: string | null, act: () => Promise<unknown>, yesTo?: (problem: Problem) => Yes | undefined): void {
  dismissRefusal();
  act()
    .catch((error: unknown) => {
      const problem = problemOf(error);
      useRefusal.setState({ title, problem, yes: yesTo?.(problem) }, true);
    })
    .finally(() => serverId && void queries.invalidateQueries({ queryKey: keys.server(serverId) }));
}
