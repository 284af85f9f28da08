// One schedule: a store, a time that is set forward, one life of the agent after the other, and what they must never do.
import { createChanges } from "../../../agent/src/changes/changes.ts";
import type { DataPaths } from "../../../agent/src/config/paths.ts";
import { createFakeClock } from "../../../agent/src/jobs/entry.fixture.ts";
import { createRunner, type Claim, type Runner } from "../../../agent/src/jobs/index.ts";
import { all, type Db } from "../../../agent/src/store/index.ts";
import { entriesOn } from "./entries.ts";
import { exclude } from "./exclude.ts";
import { mortal, type Mortal } from "./store.ts";
import { table } from "./table.ts";

type Life = { runner: Runner; store: Mortal };
type Seen = { id: string; kind: string; queuedAt: number; state: string };

const laneless = new Set(table.filter(({ lane }) => lane === null).map(({ kind }) => kind));

export function createWorld(db: Db, paths: DataPaths) {
  const clock = createFakeClock();
  const claims = new Map<string, readonly Claim[]>();
  const repairs = new Set<readonly Claim[]>();
  const wrong: string[] = [];
  const begun = new Set<string>();
  let life: Life | null = null;
  let lives = 0;

  const open = () => all<Seen>(db, "SELECT id, kind, queuedAt, state FROM job WHERE endedAt IS NULL ORDER BY queuedAt, id");

  /** Called by every story at each of its turns: what runs in the store, and the repairs, exclude each other or not. */
  function look() {
    const holders = [...open().filter(({ state }) => state === "running").map(({ id, kind }) => ({ name: kind, claims: claims.get(id)! })), ...[...repairs].map((held) => ({ name: "a repair", claims: held }))];
    holders.forEach((one, index) => {
      for (const other of holders.slice(index + 1)) {
        if (exclude(one.claims, other.claims)) wrong.push(`${one.name} and ${other.name} hold the same`);
      }
    });
  }
  /** Nobody older that it stands against was waiting; and what is undone after a death is begun once. */
  function begins(id: string, once: boolean) {
    if (once && begun.has(id)) wrong.push(`${id} was begun twice`);
    begun.add(id);
    const jobs = open();
    const at = jobs.findIndex((job) => job.id === id);
    for (const older of jobs.slice(0, at)) {
      if (older.state !== "queued" || !laneless.has(older.kind)) continue;
      if (exclude(claims.get(older.id)!, claims.get(id)!)) wrong.push(`${jobs[at]!.kind} passed ${older.kind}, which is older`);
    }
    look();
  }

  function live(writes: number) {
    life?.store.kill();
    lives += 1;
    const own = clock.life();
    repairs.clear();
    const store = mortal(db, writes, own.kill);
    const runner = createRunner({ db: store.db, paths, changes: createChanges(), clock: own });
    life = { runner, store };
    try {
      runner.register(entriesOn(own, { look, begins, wrong }));
      runner.start();
    } catch (error) {
      if (!store.dead()) throw error;
    }
  }

  return {
    clock,
    claims,
    wrong,
    open,
    lives: () => lives,
    live,
    /** Done by the life of the moment, and again by the next one when the first dies over it. Null: refused. */
    call<T>(act: (runner: Runner) => T): T | null {
      for (;;) {
        const { runner, store } = life!;
        try {
          const answer = act(runner);
          if (!store.dead()) return answer;
        } catch (error) {
          if (!store.dead()) {
            if ((error as { problem?: { code: string } }).problem?.code === "BUSY") return null;
            throw error;
          }
        }
        live(Infinity);
      }
    },
    /** A repair tries to hold, for so long. */
    repair(wanted: readonly Claim[], milliseconds: number) {
      const { runner, store } = life!;
      const release = store.dead() ? null : runner.hold(wanted);
      if (release === null) return;
      repairs.add(wanted);
      look();
      clock.after(milliseconds, () => {
        if (life!.store !== store || store.dead()) return;
        repairs.delete(wanted);
        release();
      });
    },
    /** Time goes on; a life that died on the way is followed by the next. */
    async forward(milliseconds: number) {
      await clock.forward(milliseconds);
      if (life!.store.dead()) {
        live(Infinity);
        await clock.settled();
      }
    },
    end: () => life!.store.kill(),
  };
}
export type World = ReturnType<typeof createWorld>;
