import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { goLive } from "../deploy/live.ts";
import { createInstance, createProject, createRelease, createService, environmentsOf, findService, instancesOfRelease, turnInstance, updateInstance } from "../store/index.ts";
import { migrate } from "../store/migrate.ts";
import { createDeaths } from "./deaths.ts";
import { createSightings } from "./sightings.ts";
import { serviceState } from "./state.ts";

const OWNER = { instance: "i" };

/** The word of the state after the processes of its two instances have ended with such codes; what stays ended is down. */
const after = (restart: string, codes: readonly [readonly number[], readonly number[]]): string => stateAfter(restart, codes, {}).state;

/** `unwell`: since when an instance does not answer its check. */
function stateAfter(restart: string, codes: readonly [readonly number[], readonly number[]], unwell: Record<string, number>, asked: Record<string, number> = {}, starting: Record<string, number> = {}) {
  const db = new DatabaseSync(":memory:");
  migrate(db);
  createProject(db, { id: "p", name: "shop" });
  const config = { source: { type: "image" as const, reference: "nginx:1" }, restart } as never;
  createService(db, { id: "s", projectId: "p", environmentId: environmentsOf(db, "p")[0]!.id, name: "task", shape: "worker", config });
  createRelease(db, { id: "r", serviceId: "s", deploymentId: "d", shape: "worker", config, variables: null, state: "preparing" });
  for (const ordinal of [1, 2]) {
    createInstance(db, { id: `n${ordinal}`, releaseId: "r", ordinal, address: null });
    updateInstance(db, `n${ordinal}`, { containerId: `c${ordinal}` });
  }
  goLive(db, "s", "r");
  const sightings = createSightings(db);
  const deaths = createDeaths({ readLines: async () => [], changed: () => {}, containersOf: () => ["c1", "c2"], askedToEndAt: (container) => asked[container] ?? 0 });
  for (const { id, containerId } of instancesOfRelease(db, "r")) {
    sightings.saw(id);
    const ended = codes[containerId === "c1" ? 0 : 1];
    for (const [at, exitCode] of ended.entries()) deaths.onEvent("s", { action: "die", id: containerId!, owner: OWNER, exitCode, at: 1000 + at });
    if (ended.length > 0) turnInstance(db, id, "live", "down");
  }
  const probes = { of: (id: string) => (unwell[id] === undefined ? null : { since: unwell[id], said: "no" }) };
  const state = serviceState({ db, deaths, health: { of: () => undefined } as never, sightings, probes, reached: { of: () => null }, outages: { startingSince: (id) => starting[id] ?? null } }, findService(db, "s")!);
  deaths.close();
  return state;
}

test.each<[string, [number[], number[]], string]>([
  ["onFailure", [[1, 1, 0], [1, 1, 0]], "ended"],
  ["onFailure", [[1, 1, 1], [1, 1, 1]], "crash-looping"],
  ["onFailure", [[1, 1, 1], [0]], "crash-looping"],
  ["onFailure", [[1, 1, 0], []], "degraded"],
  ["always", [[1, 1, 0], [1, 1, 0]], "crash-looping"],
  ["never", [[1], [0]], "ended"],
  ["onFailure", [[], []], "live"],
])("by %s, after ends with %j, it is %s", (restart, codes, state) => {
  expect(after(restart, codes)).toBe(state);
});

test.each<[string, [number[], number[]], Record<string, number>, [string, number, ...string[]]]>([
  ["one of two", [[], []], { n2: 5000 }, ["degraded", 5000, "live", "unhealthy"]],
  ["both", [[], []], { n1: 6000, n2: 5000 }, ["unhealthy", 6000, "unhealthy", "unhealthy"]],
  // What was found of a process that has ended is of no other.
  ["one, and the other is down", [[1], []], { n1: 4000, n2: 5000 }, ["unhealthy", 5000, "down", "unhealthy"]],
])("with %s not answering the check", (_, codes, unwell, [state, since, ...instances]) => {
  const told = stateAfter("always", codes, unwell);
  expect([told.state, told.instances.map((one) => one.state), told.instances.map((one) => one.unwell?.since)]).toEqual([state, instances, instances.map((word, at) => (word === "unhealthy" ? unwell[`n${at + 1}`] : undefined))]);
  // Since the words stand still: of the last that went where none is well.
  expect(told.stateSince >= since).toBe(true);
});

test.each(["never", "onFailure"])("by %s, what a job has asked to end has not ended by itself", (restart) => {
  const told = (asked: Record<string, number>) => stateAfter(restart, [[0], [0]], {}, asked).state;
  expect([told({}), told({ c1: 900, c2: 900 }), told({ c1: 900 })]).toEqual(["ended", "down", "down"]);
});

test("what runs again and has not answered yet is starting, where all of it does; what keeps dying, or stays ended, is not", () => {
  const later = Date.now() + 60_000;
  const told = (starting: Record<string, number>, codes: [number[], number[]] = [[1], [1]]) => stateAfter("always", codes, {}, {}, starting);
  expect(told({ n1: later, n2: later + 1 })).toMatchObject({ state: "starting", stateSince: later + 1, instances: [{ state: "down" }, { state: "down" }] });
  expect([told({ n1: later }).state, told({ n2: later }, [[], [1]]).state, told({ n1: later, n2: later }, [[1, 1, 1], [1, 1, 1]]).state]).toEqual(["down", "degraded", "crash-looping"]);
  expect(stateAfter("never", [[0], [0]], {}, {}, { n1: later, n2: later }).state).toBe("ended");
});
