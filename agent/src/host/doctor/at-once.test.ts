import { createServer } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRooms } from "../../api/rooms.fixture.ts";
import { openDocker } from "../../docker/client.ts";
import type { DoctorDeps } from "./deps.ts";
import { openDoctor } from "./index.ts";

test("many who ask at once are looked for once, and each is told of the own clock", async () => {
  const rooms = openRooms();
  const socket = join(rooms.dataDir, "docker.sock");
  let asked = 0;
  const engine = createServer((request, response) => {
    if (request.url?.endsWith("/info")) asked += 1;
    response.setHeader("content-type", "application/json").end("{}");
  });
  await new Promise<void>((listening) => engine.listen(socket, listening));
  // What is not there fails its own looks, which is as good.
  const doctor = openDoctor({ core: rooms.core, docker: openDocker(socket), caddy: {}, names: {} } as unknown as DoctorDeps);
  const once = async (people: number) => {
    asked = 0;
    const reports = await Promise.all(Array.from({ length: people }, (_, at) => doctor.check(Date.now() - at * 3_600_000)));
    return { asked, clocks: reports.map(({ checks }) => checks.find(({ id }) => id === "clock.skew")?.state), counts: reports.map(({ checks }) => checks.length) };
  };
  const alone = await once(1);
  const together = await once(3);
  expect([alone.asked > 0, together.asked]).toEqual([true, alone.asked]);
  expect(together.clocks).toEqual(["ok", "fail", "fail"]);
  expect(new Set([...together.counts, ...alone.counts]).size).toBe(1);
  engine.close();
  engine.closeAllConnections();
  await rooms.close();
});
