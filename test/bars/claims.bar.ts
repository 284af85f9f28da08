// Every pair and triple of the table of jobs in random schedules, on the real core, runner and store with a time of their own.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataPaths } from "../../agent/src/config/paths.ts";
import { openStore } from "../../agent/src/store/index.ts";
import { checkCore } from "./claims/core.ts";
import { playSchedule } from "./claims/play.ts";
import { randomOf } from "./claims/random.ts";
import { starve } from "./claims/starve.ts";
import { combinations, decided, table } from "./claims/table.ts";
import { bar } from "./frame.ts";

const DECISION = join(import.meta.dirname, "../../docs/decisions/0023-jobs-shapes-and-instances-are-tables.md");
const SCHEDULES = { whole: 10_000, short: 300 };
/** A store serves so many schedules: its rows are not what is measured here. */
const A_STORE = 250;

export default bar({
  name: "claims",
  minutes: 30,
  run: async ({ short, say, cleanup, signal }) => {
    const folder = await mkdtemp(join(tmpdir(), "aeroplane-claims-"));
    cleanup(() => rm(folder, { recursive: true, force: true }));
    const paths = dataPaths(folder);
    const wrong: string[] = [];

    const names = decided(await readFile(DECISION, "utf8")).filter((name) => name !== "repair");
    const missing = names.filter((name) => !table.some(({ kind }) => kind === name));
    const undecided = table.filter(({ kind }) => !names.includes(kind)).map(({ kind }) => kind);
    if (missing.length + undecided.length > 0) wrong.push(`not in the table: ${missing.join(", ") || "none"}; not decided: ${undecided.join(", ") || "none"}`);

    const core = checkCore(short ? 7 : 1);
    wrong.push(...core.wrong);
    say(`${core.states} states of the core`);

    const all = combinations();
    const count = short ? SCHEDULES.short : SCHEDULES.whole;
    const seed = Number(process.env.AEROPLANE_SEED ?? Date.now() % 1_000_000);
    say(`seed ${seed}`);
    let db = openStore(":memory:");
    let served = 0;
    const fresh = () => {
      db.close();
      db = openStore(":memory:");
      served = 0;
    };
    let [jobs, lives] = [0, 0];
    for (let number = 0; number < count && wrong.length < 20; number += 1) {
      signal.throwIfAborted();
      if (served === A_STORE) fresh();
      // The whole form goes round all of them; the short one takes its share, another one each time.
      const rows = all[(number * (short ? 31 : 1) + (short ? seed : 0)) % all.length]!;
      const which = `${rows.map(({ kind }) => kind).join(", ")} (schedule ${number} of seed ${seed})`;
      const played = await playSchedule(rows, randomOf(seed + number), db, paths).catch((error: unknown) => {
        throw new Error(`${which}: ${String(error)}`, { cause: error });
      });
      served += 1;
      jobs += played.jobs;
      lives += played.lives;
      for (const fault of played.wrong) wrong.push(`${which}: ${fault}`);
      // What is open there would run into the next schedule.
      if (played.left > 0) fresh();
      if (!short && number % 1000 === 999) say(`${number + 1} schedules`);
    }
    const starved = await starve(db, paths);
    wrong.push(...starved.wrong);
    db.close();

    for (const fault of wrong.slice(0, 20)) say(`  wrong: ${fault}`);
    const figure = `seed ${seed}: ${count} schedules of ${all.length} pairs and triples, ${jobs} jobs, ${lives} lives of the agent, ${core.states} states; the slowest of ${starved.pairs} kinds in a stream of others began after ${starved.slowest / 1000} s; ${wrong.length} wrong`;
    return { ok: wrong.length === 0, figure };
  },
});
