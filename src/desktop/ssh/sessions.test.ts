import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createSessions } from "./sessions.ts";

/** A server that allows so many sessions and frees each late. */
function server(allowed: number, freedAfter: number) {
  const seen = { standing: 0, most: 0, refused: 0 };
  const begin = async () => {
    if (seen.standing >= allowed) {
      seen.refused += 1;
      throw new Error("(SSH) Channel open failure: open failed");
    }
    seen.standing += 1;
    seen.most = Math.max(seen.most, seen.standing);
    await sleep(5);
    setTimeout(() => (seen.standing -= 1), freedAfter);
    return "done";
  };
  return { seen, begin };
}

test("with few sessions that are freed late all commands come to their end", async () => {
  const { seen, begin } = server(2, 40);
  const sessions = createSessions({ address: "s" });
  const ended = await Promise.all(Array.from({ length: 12 }, () => sessions.run(begin)));
  expect(ended).toEqual(Array.from({ length: 12 }, () => "done"));
  expect([seen.most, seen.refused > 0]).toEqual([2, true]);
});

test("a server that opens none is told by a sentence that names the setting; what is no refusal passes at once", async () => {
  const sessions = createSessions({ address: "s", withinMs: 300 });
  await expect(sessions.run(server(0, 0).begin)).rejects.toMatchObject({ problem: { code: "SSH_SESSIONS_REFUSED", next: expect.stringContaining("MaxSessions") } });
  await expect(sessions.run(() => Promise.reject(new Error("Not connected")))).rejects.toThrow("Not connected");
  const stop = new AbortController();
  const long = Array.from({ length: 8 }, () => sessions.run(() => sleep(200)));
  const late = sessions.run(async () => "begun", stop.signal);
  stop.abort(new Error("given up"));
  await expect(late).rejects.toThrow("given up");
  await Promise.all(long);
  expect(await sessions.run(async () => "again")).toBe("again");
});
