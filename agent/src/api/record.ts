import { createHash } from "node:crypto";
import { v7 as uuid } from "uuid";
import { fail, Failure, IDEMPOTENCY_HEADER, type Problem } from "../../contract/index.ts";
import { subjectOf, writeAudit, type Who } from "../audit/index.ts";
import { NOWHERE } from "../changes/changes.ts";
import type { Core } from "../core.ts";
import { answerOf, claimKey, setOutcome } from "../store/idempotency.ts";
import { findJob, transaction, type Db } from "../store/index.ts";
import { problemOf } from "./errors.ts";
import { whoAsks, type Caller } from "./who.ts";

/** How the audit trail names them. A person's key is known; without a person the fingerprint is the desktop's own claim. */
export function audited(db: Db, { login, desktop, personId, claimedKey }: Caller): Who {
  const { name, fingerprint } = whoAsks(db, { personId });
  const claim = claimedKey && FINGERPRINT.test(claimedKey) ? claimedKey : null;
  return { login, desktop, personId: personId ?? null, person: name, fingerprint: fingerprint ?? claim };
}

/** People share a login: a key of one must never answer for another. */
const keeperOf = ({ login, personId }: Caller) => (personId ? `person ${personId}` : (login ?? ""));

type Outcome = { output: unknown } | { problem: Problem };

/** Their answers hold secrets, or values of variables: they are never kept. A repeated call is done again, or says by `markDone` that it is not to be. */
const NEVER_KEPT = new Set(["variables.reveal", "staged.stage", "staged.discard", "variables.upload", "instance.speed", "services.download", "services.downloadFound", "deployments.download", "runs.download", "volumes.files", "volumes.download", "volumes.upload"]);
const FINGERPRINT = /^SHA256:[A-Za-z0-9+/]{43}$/;
const KEY = /^[A-Za-z0-9._:-]{1,128}$/;

/** Every mutation passes here: once per key, and with a line in the audit trail whatever came of it. */
export function createRecorder({ db, changes, sealer }: Pick<Core, "db" | "changes" | "sealer">) {
  const inFlight = new Map<string, Promise<Outcome>>();

  async function act(caller: Caller, procedure: string, input: unknown, key: string | null, entityId: string, work: (entityId: string) => Promise<unknown>) {
    // Both are asked before: the act may rename or delete its subject, and afterwards the person may be gone.
    const subject = subjectOf(db, procedure, input);
    const who = audited(db, caller);
    const outcome: Outcome = await work(entityId).then(
      (output) => ({ output }),
      (error: unknown) => ({ problem: problemOf(error) }),
    );
    const login = keeperOf(caller);
    const id = transaction(db, () => {
      const line = writeAudit(db, { ...who, procedure, subject, input, problem: "problem" in outcome ? outcome.problem : null, jobId: findJob(db, entityId)?.id });
      const final = !("problem" in outcome && outcome.problem.retry);
      if (key !== null && final && !NEVER_KEPT.has(procedure)) setOutcome(db, login, key, JSON.stringify(outcome));
      return line;
    });
    changes.emit({ entity: "audit", id, ...NOWHERE });
    return outcome;
  }

  return async function record(
    caller: Caller,
    procedure: string,
    input: unknown,
    work: (entityId: string) => Promise<unknown>,
  ): Promise<unknown> {
    if (caller.key !== null && !KEY.test(caller.key)) {
      throw fail("INVALID_INPUT", { field: IDEMPOTENCY_HEADER, why: "1 to 128 letters, digits and . _ : -" });
    }
    if (caller.key === null) return answer(await act(caller, procedure, input, null, uuid(), work));

    const login = keeperOf(caller);
    const text = JSON.stringify(input) ?? "";
    // By the server's key: an input may be a variable's value, and a plain hash of one could be found by trying words.
    const inputHash = sealer.digest(text);
    const row = claimKey(db, { key: caller.key, login, procedure, inputHash });
    if (row.procedure !== procedure || ![inputHash, plainHash(text)].includes(row.inputHash)) {
      throw fail("INVALID_INPUT", { field: IDEMPOTENCY_HEADER, why: "it was already used for another call" });
    }
    const kept = answerOf(row);
    if (kept !== null) return answer(JSON.parse(kept) as Outcome);
    const name = `${login} ${row.key}`;
    const running =
      inFlight.get(name) ??
      act(caller, procedure, input, row.key, row.entityId, work).finally(() => inFlight.delete(name));
    inFlight.set(name, running);
    return answer(await running);
  };
}

/** As earlier agents wrote it, for a call that is repeated over an upgrade; such rows are gone a day later. */
const plainHash = (text: string): string => createHash("sha256").update(text).digest("hex");

function answer(outcome: Outcome): unknown {
  if ("problem" in outcome) throw new Failure(outcome.problem);
  return outcome.output;
}
