// A store of any age is read whole by today's agent, and nobody who is older or newer misunderstands it in silence.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { migrations } from "../../agent/src/store/schema.ts";
import { openStore } from "../../agent/src/store/index.ts";
import { ownedFolder } from "../world/folder.ts";
import { bar } from "./frame.ts";
import { wrongDigests } from "./old-stores/digests.ts";
import { differences, readAll } from "./old-stores/reading.ts";
import { putFixture, putToday, released, rowsOf, type Rows } from "./old-stores/rows.ts";
import { refusal, startTrial } from "./old-stores/trial.ts";
import { earlier, oldAppHere, thisAppThere } from "./old-stores/words.ts";

export default bar({
  name: "old-stores",
  minutes: 5,
  async run({ say, cleanup }) {
    const home = await ownedFolder("old-stores");
    cleanup(() => rmSync(home, { recursive: true, force: true }));
    const wrong: string[] = [];
    let fields = 0;
    const stores = [...released().map((schema) => ({ name: `schema ${schema}`, put: (folder: string) => putFixture(folder, schema) })), { name: "today", put: putToday }];
    for (const { name, put } of stores) {
      const folder = join(home, name.replace(" ", "-"));
      await put(folder);
      const file = join(folder, "store.db");
      const [before, bytes] = [rowsOf(file), readFileSync(file)];
      const trial = await startTrial(folder);
      try {
        const read = await readAll(trial);
        fields += read.fields;
        wrong.push(...[...read.wrong, ...differences(before, read)].map((line) => `${name}: ${line}`));
        for (const one of earlier()) wrong.push(...(await oldAppHere(one, trial)));
        say(`${name}: ${read.services.length} services, ${read.deployments.length} deployments, ${read.jobs.length} jobs, ${read.fields} fields`);
      } finally {
        await trial.end();
      }
      if (!readFileSync(file).equals(bytes)) wrong.push(`${name}: a trial changed the store`);
      openStore(file).close();
      const digests = await wrongDigests(folder);
      wrong.push(...digests.wrong.map((line) => `${name}: ${line}`));
      say(`${name}: variables of ${digests.compared} live services compared with their releases`);
      wrong.push(...lost(before, rowsOf(file)).map((line) => `${name}: ${line}`));
    }

    const older = earlier();
    if (older.length === 0) wrong.push("no contract of an earlier protocol is kept");
    for (const one of older) wrong.push(...(await thisAppThere(one, join(home, `protocol-${one.protocol}.sock`))));
    wrong.push(...(await newerStore(join(home, "newer"))));
    for (const line of wrong) say(line);
    return {
      ok: wrong.length === 0,
      figure: `old-stores: ${stores.length} stores, ${fields} fields read, ${older.length} earlier protocol${older.length === 1 ? "" : "s"} told in words, ${wrong.length} wrong`,
    };
  },
});

/** No row may go. */
function lost(before: Rows, after: Rows): string[] {
  return Object.entries(before).flatMap(([table, rows]) => {
    const now = after[table]?.length ?? 0;
    return now < rows.length ? [`${rows.length - now} rows of ${table} are gone`] : [];
  });
}

/** A program that is older than the store leaves it alone, and says so. */
async function newerStore(folder: string): Promise<string[]> {
  await putToday(folder);
  const file = join(folder, "store.db");
  const db = new DatabaseSync(file);
  db.exec(`PRAGMA journal_mode = DELETE; PRAGMA user_version = ${migrations.length + 1}`);
  db.close();
  const bytes = readFileSync(file);
  const { code, said } = await refusal(folder);
  const told = said.includes(`The store has schema ${migrations.length + 1}; this agent knows ${migrations.length}`);
  return [
    ...(code !== 0 && code !== null && told ? [] : [`a newer store: ended with ${code}, said ${said.slice(-300)}`]),
    ...(readFileSync(file).equals(bytes) ? [] : ["a newer store was changed"]),
  ];
}
