import { expect, test } from "vitest";
import type { Service } from "@aeroplane/agent/contract";
import { restingState, stateLine, stateWords, type Told } from "./state-table.ts";

const at = new Date();
at.setHours(12, 3, 11);
const unwell = { since: at.getTime(), said: "GET /ready answers 503" };
const instance = (ordinal: number, state: string): Service["instances"][number] => ({ id: `i${ordinal}`, ordinal, state, containerName: null, ...(state === "unhealthy" ? { unwell } : {}) });
const told = (state: string, instances: string[] = ["live"], crashes: Told["crashes"] = null): Told => ({ name: "web", state, stateSince: at.getTime(), instances: instances.map((each, index) => instance(index + 1, each)), crashes, unseen: undefined });

test("one that does not answer its check says since when, what it answered last, and what to do", () => {
  const service = told("unhealthy", ["unhealthy"]);
  expect([restingState(service), stateLine(service), stateWords(service)?.what]).toEqual([
    { word: "Unhealthy", tone: "bad" },
    "GET /ready answers 503 · since 12:03:11",
    "web runs and does not answer its health check since 12:03:11. GET /ready answers 503.",
  ]);
});

test("of several it is named which", () => {
  const service = told("degraded", ["live", "unhealthy", "down"]);
  expect([restingState(service).word, stateLine(service)]).toEqual(["1 of 3 well", "Instance 2: GET /ready answers 503 · Instance 3: down"]);
});

test("every state that is not well has a next step, except those with a note or a problem of their own", () => {
  const states = ["empty", "deploying", "live", "degraded", "unhealthy", "starting", "down", "ended", "crash-looping", "unknown", "stopped", "failed", "of-later"];
  expect(states.filter((state) => stateWords(told(state))?.next)).toEqual(["degraded", "unhealthy", "starting", "down", "ended", "stopped"]);
  expect(restingState(told("of-later"))).toEqual({ word: "of-later", tone: "idle" });
});

test("one that the agent stopped since it filled the disk says so, and not that a person did", () => {
  const service: Told = { ...told("stopped"), stoppedFor: { what: "disk", written: 5 * 1024 ** 3, free: 300 * 1024 ** 2 } };
  expect([stateLine(service), stateWords(service)?.tone, stateLine(told("stopped")), stateLine({ ...service, stoppedFor: { what: "of later", written: 1, free: 1 } })]).toEqual([
    "Stopped: it filled the disk · 5 GB written",
    "bad",
    "Stopped by a person; start it to bring it back",
    "Stopped by the server: of later",
  ]);
  const later = stateWords({ ...service, stoppedFor: { what: "of later", written: 1, free: 1 } });
  expect([stateWords(service)?.what.includes("5 GB"), later?.what.includes("disk"), later?.what.endsWith(": of later.")]).toEqual([true, false, true]);
});

test("why it ended is told, with the limit that it ran into", () => {
  const crashes = { count: 1, lastExitCode: 137, lastLines: [] };
  expect([stateLine(told("down", ["down"], crashes)), stateLine(told("down", ["down"], { ...crashes, outOfMemory: "512 MB" })), stateLine(told("down", ["down"]))]).toEqual([
    "Ended with exit code 137 · since 12:03:11",
    "Ended for want of memory: an instance may have 512 MB · since 12:03:11",
    "Ended · since 12:03:11",
  ]);
});
