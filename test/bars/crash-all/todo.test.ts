import { expect, test } from "vitest";
import type { Case } from "./cases.ts";
import { inOrder, spotsOfEach } from "./todo.ts";

const web = { shape: "image", is: "web" };
const story = (name: string, more: object = {}) => ({ name, what: name, shape: web, ...more }) as unknown as Case;
const at = (...points: string[]) => points.map((point) => ({ point, place: "x", nth: 1 }));

test("a point is killed once for each kind of job and shape, and never in a job when it belongs to every start", () => {
  const plain = story("nothing is wrong", { repair: {} });
  const deploy = story("deploy", { act: { kind: "deploy" } });
  const cancelled = story("deploy, cancelled", { act: { kind: "deploy" } });
  const stop = story("stop", { act: { kind: "stop" } });
  const worker = story("deploy of worker", { act: { kind: "deploy" }, shape: { shape: "worker", is: "worker" } });
  const gone = story("a container is gone", { repair: {} });
  const recorded = new Map([
    [plain, at("start.during")],
    [deploy, at("start.during", "a.during")],
    [cancelled, at("a.during", "undo.during")],
    [stop, at("a.during")],
    [worker, at("a.during")],
    [gone, at("start.during", "mend.during")],
  ]);
  const spots = spotsOfEach(recorded, [...recorded.keys()], [plain]);
  expect([...spots].map(([{ name }, own]) => [name, ...own.map(({ moment }) => moment.point)])).toEqual([
    ["nothing is wrong", "start.during"],
    ["deploy", "a.during"],
    ["deploy, cancelled", "undo.during"],
    ["stop", "a.during"],
    ["deploy of worker", "a.during"],
    ["a container is gone", "mend.during"],
  ]);
});

test("stop and start come by turns, and none is lost", () => {
  const spots = (count: number) => Array.from({ length: count }, (_, nth) => ({ moment: { point: "a", nth }, covers: [] }));
  const restart = story("restart", { act: { kind: "restart", before: "live" } });
  const stop = story("stop", { act: { kind: "stop", before: "live" } });
  const start = story("start", { act: { kind: "start", before: "stopped" } });
  expect(inOrder(new Map([[stop, spots(3)], [restart, spots(1)], [start, spots(2)]])).map(({ one }) => one.name)).toEqual(["restart", "stop", "start", "stop", "start", "stop"]);
});
