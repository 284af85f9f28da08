import { point } from "./faults.ts";

/** What a test puts around every effect to see whether anything changes outside of one. */
type Watch = <T>(name: string, act: () => T) => T;

const watch = (globalThis as Record<symbol, unknown>)[Symbol.for("run.aeroplane.effects")] as Watch | undefined;
const plain = watch === undefined && process.env.AEROPLANE_FAULT === undefined && process.env.AEROPLANE_FAULT_RECORD === undefined;

/**
 * Every change that the agent makes to anything outside its own memory goes through here, named by adapter and act
 * ("docker.container.create", "caddy.target.rename"), so that a test can end the agent before and after each. In
 * production it is the act itself.
 */
export function effect<T>(name: string, act: () => T): T {
  if (plain) return act();
  point(`${name}.before`);
  const result = watch === undefined ? act() : watch(name, act);
  if (result instanceof Promise) {
    return result.then((value: unknown) => {
      point(`${name}.after`);
      return value;
    }) as T;
  }
  point(`${name}.after`);
  return result;
}

/** Somewhere in the middle of an effect that takes its time. */
export function during(name: string): void {
  if (!plain) point(`${name}.during`);
}
