import { isFact, readWritten, SELF, SHARED, type FactName, type Target } from "../../contract/index.ts";
import { findServiceByName, findVariable, listVariables, ofEnvironment, ofService } from "../store/index.ts";
import type { Db, ServiceRow, VariableRow } from "../store/index.ts";
import { factsOf } from "./facts.ts";

/** What a reference leads to. `words`: "api.URL"; `key`: the same for one thing, however it is referred to. */
export type Found = { key: string; words: string } & (
  | { is: "variable"; row: VariableRow; owner: ServiceRow }
  | { is: "shared"; row: VariableRow }
  | { is: "fact"; fact: FactName; owner: ServiceRow; value: string | null }
  | { is: "missing" }
);

type Variable = Extract<Found, { is: "variable" }>;

export type Reached = {
  /** Its own variables, and all that these lead to, by key. Where there is no circle each stands behind what it leads to. */
  found: ReadonlyMap<string, Found>;
  /** The way round, where there is one: api.URL, web.BASE, api.URL. */
  circle: string[] | null;
  /** Not all of it was looked at: what there is more of than one service may lead to. */
  tooMuch: string | null;
  /** Undefined: it was not there when all was read. */
  at(owner: ServiceRow, target: Target): Found | undefined;
};

/** Of one service; each service of a list is looked at in turn, while nobody else is answered. */
const MOST_REACHED = 5000;
const MOST_FOLLOWED = 250_000;

/** Rows and facts that a service's variables lead to within its environment: read together, with nothing opened. */
export function reach(db: Db, service: ServiceRow): Reached {
  const find = createFinder(db, service.environmentId);
  const found = new Map<string, Found>();
  const seen = new Set<string>();
  /** From one of its own to where the walk is; a chain may be as long as there are variables, so it is no recursion. */
  const way: { one: Variable; rest: Iterator<string> }[] = [];
  const placeOnWay = new Map<string, number>();
  let circle: string[] | null = null;
  let tooMuch: string | null = null;
  let others = 0;
  let followed = 0;

  function enter(next: Found): void {
    const before = placeOnWay.get(next.key);
    if (before !== undefined) circle ??= [...way.slice(before).map(({ one }) => one.words), next.words];
    if (seen.has(next.key)) return;
    seen.add(next.key);
    if (next.is !== "variable" || next.owner.id !== service.id) others += 1;
    // What is shared is no template.
    if (next.is !== "variable") return void found.set(next.key, next);
    placeOnWay.set(next.key, way.length);
    way.push({ one: next, rest: next.row.refers.values() });
  }
  /** False: it leads too far. */
  function follow(): boolean {
    for (let last = way.at(-1); last !== undefined; last = way.at(-1)) {
      const { one, rest } = last;
      const { done, value: written } = rest.next();
      if (done === true) {
        way.pop();
        placeOnWay.delete(one.key);
        found.set(one.key, one);
        continue;
      }
      followed += 1;
      enter(find(one.owner, readWritten(written)));
      if (others > MOST_REACHED) tooMuch = `${MOST_REACHED} others`;
      else if (followed > MOST_FOLLOWED) tooMuch = `${MOST_FOLLOWED} references`;
      if (tooMuch !== null) return false;
    }
    return true;
  }
  for (const row of listVariables(db, ofService(service.id))) {
    // One that is called like a fact is referred to by nobody, and is no fact.
    const key = isFact(row.name) ? `${service.id}.own.${row.name}` : keyOf(service, row.name);
    enter({ is: "variable", key, words: wordsOf(service, row.name), row, owner: service });
    if (!follow()) break;
  }
  return { found, circle, tooMuch, at: (owner, target) => found.get(find(owner, target).key) };
}

const keyOf = ({ id }: ServiceRow, name: string) => `${id}.${name}`;
const wordsOf = (service: ServiceRow, name: string) => `${service.name}.${name}`;

function createFinder(db: Db, environmentId: string) {
  const siblings = new Map<string, ServiceRow | undefined>();
  const siblingOf = (name: string) => {
    if (!siblings.has(name)) siblings.set(name, findServiceByName(db, environmentId, name));
    return siblings.get(name);
  };
  const looked = new Map<string, Found>();
  function look(from: ServiceRow, { owner: named, name }: Target): Found {
    const words = `${named}.${name}`;
    if (named === SHARED) {
      const row = findVariable(db, ofEnvironment(environmentId), name);
      return row === undefined ? { is: "missing", key: words, words } : { is: "shared", key: words, words, row };
    }
    const owner = named === SELF ? from : siblingOf(named);
    if (owner === undefined) return { is: "missing", key: words, words };
    const place = { key: keyOf(owner, name), words: wordsOf(owner, name) };
    if (isFact(name)) return { is: "fact", ...place, fact: name, owner, value: factsOf[name].of(db, owner) };
    const row = findVariable(db, ofService(owner.id), name);
    return row === undefined ? { is: "missing", ...place } : { is: "variable", ...place, row, owner };
  }
  /** One look for each, however many refer to it. */
  return (from: ServiceRow, target: Target): Found => {
    const asked = `${target.owner === SELF ? from.id : target.owner}.${target.name}`;
    const found = looked.get(asked) ?? look(from, target);
    looked.set(asked, found);
    return found;
  };
}
