// What visitors know of deploys, so that they are in the middle of something when one comes.

/** `over`: resolves when another release serves than this one; `told`: when this one was told to stop. Both when all is over. */
export type Turn = { release: string; over: Promise<void>; told: Promise<void> };

export type Turns = { now(): Turn; /** Another release serves. */ next(release: string): void; /** This one says goodbye. */ tell(release: string): void; /** Nobody is to wait any longer. */ end(): void };

export function startTurns(first: string): Turns {
  const begin = (release: string) => ({ release, over: Promise.withResolvers<void>(), told: Promise.withResolvers<void>() });
  const turns = [begin(first)];
  return {
    now() {
      const { release, over, told } = turns.at(-1)!;
      return { release, over: over.promise, told: told.promise };
    },
    next(release) {
      turns.at(-1)!.over.resolve();
      turns.push(begin(release));
    },
    tell: (release) => turns.find((turn) => turn.release === release)?.told.resolve(),
    end: () => {
      for (const { over, told } of turns) for (const waiting of [over, told]) waiting.resolve();
    },
  };
}
