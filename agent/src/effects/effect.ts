import { point, wanted } from "./faults.ts";

/** What a test puts around every effect: it sees each, and whether anything changes outside of one. */
export type Watch = { effect<T>(name: string, act: () => T): T; during(name: string): void };

const watch = (globalThis as Record<symbol, unknown>)[Symbol.for("run.aeroplane.effects")] as Watch | undefined;
const plain = watch === undefined && wanted === undefined;

/**
 * Every change that the agent makes to anything outside its own memory goes through here, named by adapter and act
 * ("docker.container.create", "caddy.route.rename"), so that a test can end the agent before and after each. In
 * production it is the act itself.
 */
export function effect<T>(name: string, act: () => T): T {
  if (plain) return act();
  if (watch !== undefined) return watch.effect(name, act);
  point(`${name}.before`);
  const result = act();
  if (result instanceof Promise) return result.then((value: unknown) => (point(`${name}.after`), value)) as T;
  point(`${name}.after`);
  return result;
}

/** Somewhere in the middle of an effect that takes its time. */
export function during(name: string): void {
  if (plain) return;
  if (watch !== undefined) watch.during(name);
  else point(`${name}.during`);
}
