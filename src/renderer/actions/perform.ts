import { create } from "zustand";
import type { Problem } from "@aeroplane/agent/contract";
import { problemOf } from "../data/problem.ts";
import { keys, queries } from "../data/queries.ts";

/** The last act that was refused; stays on the screen until it is put away. */
export const useRefusal = create<{ title: string; problem: Problem } | { title: null }>(() => ({ title: null }));

export const dismissRefusal = () => useRefusal.setState({ title: null }, true);

/**
 * Runs an act from a menu, a shortcut or the palette; a refusal is shown in place, not in a passing toast, unless it
 * becomes a question.
 */
export function perform(title: string, serverId: string | null, act: () => Promise<unknown>, asked?: (problem: Problem) => boolean): void {
  dismissRefusal();
  act()
    .catch((error: unknown) => {
      const problem = problemOf(error);
      if (!asked?.(problem)) useRefusal.setState({ title, problem }, true);
    })
    .finally(() => serverId && void queries.invalidateQueries({ queryKey: keys.server(serverId) }));
}
