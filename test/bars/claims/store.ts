// A store that dies at a chosen write: whatever that life had not committed is gone, and it can never write again.
import type { Db } from "../../../agent/src/store/index.ts";

export type Mortal = { db: Db; dead: () => boolean; kill: () => void };

/** The disk's own answer to a write that can no longer be made; the agent is used to it. */
const READ_ONLY = 8;

/** `writesLeft`: so many writes and ends of transactions succeed. `onDeath` is called at once. */
export function mortal(real: Db, writesLeft: number, onDeath: () => void): Mortal {
  let left = writesLeft;
  let dead = false;
  function kill() {
    if (dead) return;
    dead = true;
    if (real.isTransaction) real.exec("ROLLBACK");
    onDeath();
  }
  function write<T>(act: () => T): T {
    if (!dead && left <= 0) kill();
    if (dead) throw Object.assign(new Error("this life is over"), { errcode: READ_ONLY });
    left -= 1;
    return act();
  }
  const db = {
    exec: (sql: string) => (sql.startsWith("BEGIN") ? (dead ? write(() => {}) : real.exec(sql)) : write(() => real.exec(sql))),
    prepare(sql: string) {
      const statement = real.prepare(sql);
      return {
        all: (...values: never[]) => statement.all(...values),
        get: (...values: never[]) => statement.get(...values),
        run: (...values: never[]) => write(() => statement.run(...values)),
      };
    },
    get isTransaction() {
      return real.isTransaction;
    },
    location: () => "memory",
  };
  return { db: db as unknown as Db, dead: () => dead, kill };
}
