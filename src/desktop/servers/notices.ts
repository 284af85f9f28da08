import type { Problem } from "@aeroplane/agent/contract";

/** What a person should know of a server's agent although it works, and which refused agents are wanted tried again. */
export function createNotices() {
  const told = new Map<string, Problem | null>();
  const wanted = new Set<string>();
  let listener: (serverId: string, problem: Problem | null) => void = () => {};

  return {
    tell(serverId: string, problem: Problem | null): void {
      told.set(serverId, problem);
      listener(serverId, problem);
    },
    of: (serverId: string): Problem | null => told.get(serverId) ?? null,
    onTold: (heard: typeof listener) => void (listener = heard),
    /** The next connection tries what this server refused before. */
    again: (serverId: string) => void wanted.add(serverId),
    takeAgain: (serverId: string): boolean => wanted.delete(serverId),
  };
}
export type Notices = ReturnType<typeof createNotices>;
