import { describe, Failure } from "@aeroplane/agent/contract";
import { expect, test } from "vitest";
import { follow } from "../../data/follow.ts";
import { createBuffer } from "./buffer.ts";
import { createTroubles } from "./troubles.ts";

/** A stream that is refused so often, then tells one line and ends. */
async function opened(refused: Failure, times: number): Promise<{ tries: number; buffer: ReturnType<typeof createBuffer> }> {
  const buffer = createBuffer();
  const troubles = createTroubles(buffer);
  const signal = new AbortController().signal;
  let tries = 0;
  async function open() {
    tries += 1;
    if (tries <= times) throw refused;
    return (async function* () {
      yield { cursor: "1", lines: [], ended: true, gap: false };
    })();
  }
  await follow({ open, onBatch: (batch) => buffer.add(batch), isLasting: (error) => troubles.meet(error, () => {}), signal, rests: [0] });
  return { tries, buffer };
}

test("a stream that is refused for good is not asked for again, and says why with an act", async () => {
  const { tries, buffer } = await opened(new Failure(describe("ACCESS_REVOKED", {} as never)), 1000);
  const trouble = buffer.trouble()!;
  expect([tries, trouble.problem.code, trouble.again === null, trouble.isShort]).toEqual([1, "ACCESS_REVOKED", false, false]);
});

test("a trouble that passes is tried again until it is over, and told when it lasts", async () => {
  const silent = new Failure(describe("DOCKER_SILENT", { seconds: 30, act: "list the containers" }));
  const { tries, buffer } = await opened(silent, 6);
  expect([tries, buffer.trouble()]).toEqual([7, null]);
  const troubles = createTroubles(buffer);
  const isShort = [1, 2, 3, 4].map(() => (troubles.meet(silent, () => {}), buffer.trouble()!.isShort));
  expect(isShort).toEqual([true, true, true, false]);
});
