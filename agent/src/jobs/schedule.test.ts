import { expect, test } from "vitest";
import { claim, conflicts, expand, type Claim } from "./claims.ts";
import { schedule, type Lane, type Waiting } from "./schedule.ts";

const of = (service: string, project = "p") => ({ projectId: project, environmentId: `${project}-e`, serviceId: service });
const deploy = (service: string) => [claim.process(of(service), "X")];
const backup = (service: string, to = "d") => [claim.data(of(service), "S"), claim.destination(to, "S")];
const wait = (id: string, claims: readonly Claim[], lane: Lane | null = null, passedOver = false): Waiting => ({ id, claims, lane, passedOver });
const begun = (queued: Waiting[], running: { claims: readonly Claim[]; lane: Lane | null }[] = []) => schedule(queued, running).start;
const runs = (claims: readonly Claim[], lane: Lane | null = null) => ({ claims, lane });

test("a claim implies shared ones on all that contains it", () => {
  expect([...expand([claim.volume(of("web"), "v", "X")])].map(([resource, mode]) => `${mode} ${resource}`)).toEqual([
    "S instance/project:p/environment:p-e/service:web/data",
    "S instance/project:p/environment:p-e/service:web",
    "S instance/project:p/environment:p-e",
    "S instance/project:p",
    "S instance",
    "X instance/project:p/environment:p-e/service:web/data/volume:v",
  ]);
  expect(() => claim.process({ projectId: "p", environmentId: null, serviceId: "web" }, "X")).toThrow(/environment needs its id/);
});

test.each<[string, readonly Claim[], readonly Claim[], boolean]>([
  ["a deploy and a deploy of the same", deploy("web"), deploy("web"), true],
  ["a deploy and a deploy of another", deploy("web"), deploy("api"), false],
  ["a deploy and a backup of the same", deploy("web"), backup("web"), false],
  ["two backups of the same", backup("web"), backup("web"), false],
  ["a restore and a backup of the same", [claim.process(of("web"), "X"), claim.data(of("web"), "X")], backup("web"), true],
  ["a volume and the data around it, shared", [claim.volume(of("web"), "v", "X")], [claim.data(of("web"), "S")], false],
  ["a volume and the data around it, alone", [claim.volume(of("web"), "v", "S")], [claim.data(of("web"), "X")], true],
  ["the deletion of a service and its deploy", [claim.service(of("web"), "X")], deploy("web"), true],
  ["the deletion of a service and its backup", [claim.service(of("web"), "X")], backup("web"), true],
  ["the deletion of a project and a deploy in it", [claim.project(of("web"), "X")], deploy("web"), true],
  ["the deletion of a project and a deploy in another", [claim.project(of("web", "q"), "X")], deploy("web"), false],
  ["an update and anything", [claim.instance("X")], backup("web"), true],
  ["a cleanup and a deploy", [claim.instance("S")], deploy("web"), false],
])("%s exclude each other: %#", (_, a, b, wanted) => {
  expect([conflicts(a, b), conflicts(b, a)]).toEqual([wanted, wanted]);
});

test("first come, first served: a younger one never passes an older one that it stands against", () => {
  const whole = [claim.project(of("web"), "X")];
  expect(begun([wait("stop", deploy("web"))], [runs(deploy("web"))])).toEqual([]);
  expect(begun([wait("delete", whole), wait("deploy", deploy("api"))], [runs(deploy("web"))])).toEqual([]);
  expect(begun([wait("deploy", deploy("web")), wait("backup", backup("web")), wait("other", deploy("api"))], [runs(deploy("web"))])).toEqual(["backup", "other"]);
});

test("all at once or nothing: one that waits for a part holds none of the rest", () => {
  const both = [claim.process(of("web"), "X"), claim.process(of("api"), "X")];
  const verdict = schedule([wait("both", both)], [runs(deploy("web"))]);
  expect([verdict.start, verdict.waits.get("both"), verdict.held.free(deploy("api"))]).toEqual([[], "claims", false]);
  expect(begun([wait("both", both)])).toEqual(["both"]);
});

test("a lane has so many places, and whoever waits for one reserves nothing", () => {
  const building = runs(deploy("web"), "build");
  const queued = [wait("build", deploy("api"), "build"), wait("stop", deploy("api"))];
  expect(begun(queued, [building])).toEqual(["stop"]);
  expect(schedule(queued, [building]).waits).toEqual(new Map([["build", "lane"]]));
  // Given back early: the next one builds while the first still drains.
  expect(begun(queued, [runs(deploy("web"))])).toEqual(["build"]);
  expect(begun(["a", "b", "c"].map((id) => wait(id, backup(id), "transfer")))).toEqual(["a", "b"]);
});

test("a place goes to the oldest whose claims are free, and one that it passed over reserves them from then on", () => {
  const queued = [wait("first", deploy("web"), "build"), wait("second", deploy("api"), "build"), wait("stop", deploy("web"))];
  const verdict = schedule(queued, [runs(deploy("web"))]);
  expect([verdict.start, verdict.passedOver]).toEqual([["second"], ["first"]]);
  // The lane is full, what it wanted is free now; still nobody younger takes it.
  const later = [wait("first", deploy("web"), "build", true), wait("stop", deploy("web"))];
  expect(begun(later, [runs(deploy("api"), "build")])).toEqual([]);
});
