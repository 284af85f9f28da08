import { clearHistory, listVariables, makeSecret, removeVariable, setVariable, writeVariableChange } from "../store/index.ts";
import type { Db, NewVariable, Scope } from "../store/index.ts";
import { checkVariableCount } from "./seal.ts";

export type Changed = {
  set?: readonly NewVariable[];
  remove?: readonly string[];
  /** Of these or of those that are there, who becomes secret; one that is secret stays so. */
  secret?: readonly string[];
};

type Who = { by: string | null; at: number };

/** Within a transaction: values, what is secret of them, and a line of history for each, by whom. */
export const writeVariables = (db: Db, scope: Scope, changed: Changed, who: Who): void => writeVariablesOf(db, scope, [{ changed, who }]);

/** The same of several people as one: how many there may be is asked of what comes of all. */
export function writeVariablesOf(db: Db, scope: Scope, changes: readonly { changed: Changed; who: Who }[]): void {
  for (const { changed, who } of changes) writeLines(db, scope, changed, who);
  checkVariableCount(listVariables(db, scope).length);
  clearHistory(db, scope);
}

function writeLines(db: Db, scope: Scope, { set = [], remove = [], secret = [] }: Changed, who: Who): void {
  const line = (name: string, act: "set" | "removed" | "secret") => writeVariableChange(db, { ...scope, name, act, ...who });
  for (const name of remove) if (removeVariable(db, scope, name) > 0) line(name, "removed");
  for (const variable of set) {
    setVariable(db, scope, variable);
    line(variable.name, "set");
  }
  for (const name of secret) if (makeSecret(db, scope, name) > 0) line(name, "secret");
}
