// Loaded into an agent before it begins: it sees every effect, kills the agent at one of them, and tells of changes outside of any.
import { AsyncLocalStorage } from "node:async_hooks";
import { appendFileSync, readFileSync } from "node:fs";
import type { Watch } from "../../../agent/src/effects/effect.ts";
import type { Order } from "./control.ts";
import { patchChanges } from "./patch.ts";

const file = process.env.AEROPLANE_EFFECTS!;
const scopes = new AsyncLocalStorage<{ open: boolean }>();
let order: Order = { id: "" };
let seen = 0;

/** What this file writes itself. */
let own = false;
function append(path: string, line: string): void {
  own = true;
  appendFileSync(path, `${line}\n`);
  own = false;
}

/** The order is read anew at every point: it changes while the agent runs. */
function point(name: string): void {
  try {
    const told = JSON.parse(readFileSync(file, "utf8")) as Order;
    if (told.id !== order.id) seen = 0;
    order = told;
  } catch {
    // It is being written.
  }
  if (order.record) append(`${file}.record`, name);
  if (name !== order.point) return;
  seen += 1;
  if (seen === order.nth) process.kill(process.pid, "SIGKILL");
}

const watch: Watch = {
  effect(name, act) {
    point(`${name}.before`);
    const scope = { open: true };
    const end = () => {
      scope.open = false;
      point(`${name}.after`);
    };
    let result;
    try {
      result = scopes.run(scope, act);
    } catch (error) {
      scope.open = false;
      throw error;
    }
    if (!(result instanceof Promise)) {
      end();
      return result;
    }
    return result.then(
      (value: unknown) => (end(), value),
      (error: unknown) => {
        scope.open = false;
        throw error;
      },
    ) as typeof result;
  },
  during: (name) => point(`${name}.during`),
};
(globalThis as Record<symbol, unknown>)[Symbol.for("run.aeroplane.effects")] = watch;
patchChanges(
  () => own || scopes.getStore()?.open === true,
  (what) => append(`${file}.outside`, what),
);
