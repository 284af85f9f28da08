import { note } from "../log/note.ts";
import { one, run, transaction, type Db } from "../store/sql.ts";
import { writeEvent } from "./audit.ts";

const VERSION = "agentVersion";

/** The agent's own life in the trail: begun, upgraded, ended; and that an earlier one ended without a word. */
export const recordStart = (db: Db, version: string): void => tolerated(() => writeStart(db, version));

function writeStart(db: Db, version: string): void {
  transaction(db, () => {
    const before = one<{ value: string }>(db, "SELECT value FROM meta WHERE key = ?", VERSION)?.value ?? null;
    const last = one<{ procedure: string }>(
      db,
      "SELECT procedure FROM audit WHERE procedure IN ('agent.started', 'agent.stopped') ORDER BY id DESC LIMIT 1",
    )?.procedure;
    if (before !== null && before !== version) writeEvent(db, { procedure: "agent.upgraded", subject: `${before} to ${version}`, about: { from: before, to: version } });
    writeEvent(db, {
      procedure: "agent.started",
      subject: version,
      about: { version, ...(last === "agent.started" ? { earlier: "it ended without a word: killed, crashed, or the power went" } : {}) },
    });
    run(db, "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", VERSION, version);
  });
}

export const recordStop = (db: Db, version: string): void =>
  tolerated(() => void writeEvent(db, { procedure: "agent.stopped", subject: version, about: { version } }));

/** A full disk must not keep the agent from starting, or from stopping. */
function tolerated(write: () => void): void {
  try {
    write();
  } catch (error) {
    note("audit line not written", { error: String(error) });
  }
}
