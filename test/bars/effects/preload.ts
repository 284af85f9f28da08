// Loaded into an agent before it begins: it sees every effect, kills the agent at one of them, and tells of changes outside of any.
import { AsyncLocalStorage } from "node:async_hooks";
import { appendFileSync, readFileSync } from "node:fs";
import { flushCompileCache } from "node:module";
import type { Watch } from "../../../agent/src/effects/effect.ts";
import type { Order } from "./control.ts";
import { patchChanges } from "./patch.ts";
import { placeNow } from "./place.ts";

const file = process.env.AEROPLANE_EFFECTS!;
const scopes = new AsyncLocalStorage<{ open: boolean; place: string }>();
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
function point(name: string, place: string): void {
  try {
    const told = JSON.parse(readFileSync(file, "utf8")) as Order;
    if (told.id !== order.id) seen = 0;
    order = told;
  } catch {
    // It is being written.
  }
  if (order.record) append(`${file}.record`, `${name}\t${place}`);
  if (name !== order.point || (order.place !== undefined && !isThere(place, order.place))) return;
  seen += 1;
  if (seen === order.nth) process.kill(process.pid, "SIGKILL");
}

const isThere = (place: string, wanted: string): boolean => (order.byLine ? place.split(" ")[0] === wanted.split(" ")[0] : place === wanted);

const watch: Watch = {
  effect(name, act) {
    const place = placeNow();
    point(`${name}.before`, place);
    const scope = { open: true, place };
    const end = () => {
      scope.open = false;
      point(`${name}.after`, place);
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
  during: (name) => point(`${name}.during`, scopes.getStore()?.place ?? placeNow()),
};
(globalThis as Record<symbol, unknown>)[Symbol.for("run.aeroplane.effects")] = watch;
patchChanges(
  () => own || scopes.getStore()?.open === true,
  (what) => append(`${file}.outside`, what),
);
// One that is killed writes nothing at its end, and the next one would read every file anew.
setTimeout(() => {
  own = true;
  flushCompileCache();
  own = false;
}, 2000).unref();
