import { create } from "zustand";
import type { Problem } from "@aeroplane/agent/contract";
import { problemOf } from "../data/problem.ts";
import { keys, queries } from "../data/queries.ts";
import type { Context } from "./action.ts";

/** What an act was about: its server, and what is done next about a refusal, are those. */
export type About = Pick<Partial<Context>, "server" | "service"> | null;

/** The last act that was refused; stays on the screen until it is put away. */
export const useRefusal = create<{ title: string; problem: Problem; about: About; again: () => void } | { title: null }>(() => ({ title: null }));

export const dismissRefusal = () => useRefusal.setState({ title: null }, true);

/**
 * Runs an act from a menu, a shortcut or the palette; a refusal is shown in place, not in a passing toast, unless it
 * becomes a question.
 */
export function perform(title: string, about: About, act: () => Promise<unknown>, asked?: (problem: Problem) => boolean): void {
  dismissRefusal();
  act()
    .catch((error: unknown) => {
      const problem = problemOf(error);
      if (!asked?.(problem)) useRefusal.setState({ title, problem, about, again: () => perform(title, about, act, asked) }, true);
    })
    .finally(() => about?.server && void queries.invalidateQueries({ queryKey: keys.server(about.server.id) }));
}
