// What visitors know of deploys, so that they are in the middle of something when one comes.

/** `over`: resolves when another release serves than this one, or all is over. */
export type Turn = { release: string; over: Promise<void> };

export type Turns = { now(): Turn; /** Another release serves. */ next(release: string): void; /** Nobody is to wait any longer. */ end(): void };

export function startTurns(first: string): Turns {
  const begin = (release: string) => ({ release, ...Promise.withResolvers<void>() });
  let turn = begin(first);
  return {
    now: () => ({ release: turn.release, over: turn.promise }),
    next(release) {
      const before = turn;
      turn = begin(release);
      before.resolve();
    },
    end: () => turn.resolve(),
  };
}
