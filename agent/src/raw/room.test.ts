import { afterEach, beforeEach, expect, test } from "vitest";
import { openRooms } from "../api/rooms.fixture.ts";
import { SHARES } from "../people/shares.ts";
import type { RawTicketRow } from "../store/index.ts";
import type { Purpose } from "./purposes.ts";
import { createRawRoom } from "./room.ts";

type Up = Extract<Purpose, { direction: "up" }>;
const purpose = { held: true, begin: () => ({}) } as unknown as Up;
let rooms: ReturnType<typeof openRooms>;
let gone: AbortController;
beforeEach(() => {
  rooms = openRooms();
  gone = new AbortController();
});
afterEach(async () => {
  gone.abort();
  await rooms.close();
});

test("people's transfers and uploads, however many, leave an owner room for his", async () => {
  const { streams, uploadOf } = createRawRoom(rooms.core);
  const ended: Promise<unknown>[] = [];
  let count = 0;
  const messages = new Set<string>();
  /** Carried until the test ends. */
  async function carry(personId: string | null, login: string): Promise<string> {
    const ticket = { id: String((count += 1)), login, personId } as RawTicketRow;
    const said = Promise.withResolvers<string>();
    const until = (signal: AbortSignal) => new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    const act = async (signal: AbortSignal) => {
      try {
        uploadOf(ticket, purpose);
        said.resolve("ok");
      } catch (error) {
        const { code, message } = (error as { problem: { code: string; message: string } }).problem;
        messages.add(message);
        said.resolve(code);
      }
      await until(signal);
    };
    const carried = streams.alone({ id: ticket.id, holder: ticket }, gone.signal, act);
    ended.push(
      carried.catch(({ problem: { code, message } }) => {
        messages.add(message);
        said.resolve(code);
      }),
    );
    return said.promise;
  }
  const said: string[] = [];
  for (const person of ["a", "b", "c", "d", "e"]) for (let one = 0; one < 10; one += 1) said.push(await carry(person, "aeroplane"));
  expect([said.slice(0, 3), said.filter((word) => word === "ok").length, new Set(said)]).toEqual([["ok", "ok", "RAW_BUSY"], SHARES.uploads.people, new Set(["ok", "RAW_BUSY"])]);
  expect([...messages].toSorted()).toEqual([
    "People have 16 transfers under way already, as many as there may be at a time.",
    "You have 2 uploads under way already, as many as there may be at a time.",
    "You have 8 transfers under way already, as many as there may be at a time.",
  ]);
  expect([await carry(null, "root"), await carry(null, "root")]).toEqual(["ok", "ok"]);
  gone.abort();
  await Promise.all(ended);
});
