// What a Deploy would do, told before it is done.
import { expect, test, vi } from "vitest";
import { ada, deploy, grace, list, make, openStaged, production, refusal, review, rows, serve, stage, viewer } from "./staged.fixture.ts";

openStaged();

test("what refers to nothing, or in a circle, is refused at the edit, with what others have staged", async () => {
  const [api, web] = [await make("api", { A: "a" }), await make("web", { B: "b" })];
  expect([
    await refusal(stage(api, { set: { A: "${{web.NEW}}", Z: "z" } })),
    await refusal(stage(api, { set: { A: "x ${{no reference}}" } })),
    await refusal(stage(api, { set: { A: "x ${{hunter 2}}" }, secret: ["A"] })),
    await refusal(stage(api, { set: { A: "${{shared.WORD}}" } })),
  ]).toEqual([
    "VARIABLE_REFERENCE_UNKNOWN: The variable A of api refers to ${{web.NEW}}, which does not exist.",
    "VARIABLE_REFERENCE_UNKNOWN: The variable A of api refers to ${{no reference}}, which does not exist.",
    "VARIABLE_REFERENCE_UNKNOWN: The variable A of api refers to something, which does not exist.",
    "VARIABLE_REFERENCE_UNKNOWN: The variable A of api refers to ${{shared.WORD}}, which does not exist.",
  ]);
  expect(await rows()).toEqual([]);
  await stage(web, { set: { NEW: "n" } }, grace);
  await stage(null, { set: { WORD: "w" } }, grace);
  await stage(api, { set: { A: "${{web.NEW}} ${{shared.WORD}} ${{self.C}}", C: "c" } });
  expect(await refusal(stage(web, { set: { NEW: "${{api.A}}" } }, grace))).toBe("VARIABLE_REFERENCE_CIRCULAR: Variables of web refer to each other in a circle: web.NEW → api.A → web.NEW.");
  // A part of it alone would leave a reference to nothing.
  const own = (await list()).filter(({ serviceId }) => serviceId === api).map(({ id }) => id);
  const lost = "VARIABLE_REFERENCE_UNKNOWN: The variable A of api refers to ${{shared.WORD}}, which does not exist.";
  expect([(await review(own)).problems.map(({ code, message }) => `${code}: ${message}`), await refusal(deploy(ada, own)), (await review()).problems]).toEqual([[lost], lost, []]);
});

test("a review is true to the value, and what is removed is refused at the deploy where somebody still refers to it", async () => {
  const db = await make("db", { URL: "pg" });
  const api = await make("api", { URL: "${{db.URL}}", KEY: "k" });
  await stage(api, { set: { URL: "${{db.URL}}/api" }, settings: { drainSeconds: 5 } });
  expect((await review()).parts).toMatchObject([
    {
      serviceId: api,
      name: "api",
      rows: [
        { aspect: "setting", name: "drainSeconds", value: 5, wanted: { kind: null, value: 10 } },
        { aspect: "variable", name: "URL", value: "${{db.URL}}/api", wanted: { kind: "plain", value: "${{db.URL}}" } },
      ],
    },
  ]);
  expect((await viewer.staged.review({ environmentId: production })).parts[0]?.rows[1]).toMatchObject({ value: null, wanted: { value: null } });
  await stage(db, { remove: ["URL"] }, grace);
  const lost = "The variable URL of api refers to ${{db.URL}}, which does not exist.";
  expect([(await review()).problems.map(({ message }) => message), await refusal(deploy())]).toEqual([[lost], `VARIABLE_REFERENCE_UNKNOWN: ${lost}`]);
  expect((await list()).length).toBe(3);
});

test("how many variables there may be is asked of what several people have staged together", async () => {
  const many = (letter: string, count: number) => Object.fromEntries(Array.from({ length: count }, (_, number) => [`${letter}${number}`, "x"]));
  const api = await make("api", many("B", 500));
  await stage(api, { remove: Object.keys(many("B", 100)) }, grace);
  await stage(api, { set: many("A", 100) });
  expect((await review()).problems).toEqual([]);
  await deploy();
  expect((await ada.variables.list({ environmentId: production, serviceId: api })).length).toBe(500);
});

test("services that refer to each other in a circle begin one after the other, and the youngest reference does not count", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    const api = await make("api", { OWN: "1" });
    vi.advanceTimersByTime(1000);
    const web = await make("web", { API: "${{api.OWN}}", OWN: "2" });
    vi.advanceTimersByTime(1000);
    await ada.variables.change({ environmentId: production, serviceId: api, set: { WEB: "${{web.OWN}}" } });
    await serve(api);
    await stage(api, { set: { OWN: "11" } });
    await stage(web, { set: { OWN: "22" } });
    const { members, broken } = await review();
    expect([members.map(({ name, after }) => [name, after]), broken]).toEqual([[["api", []], ["web", [api]]], [{ serviceId: api, name: "api", afterServiceId: web, afterName: "web", circle: ["api", "web", "api"] }]]);
  } finally {
    vi.useRealTimers();
  }
});

test("who refers to a port that changes is deployed behind it", async () => {
  const api = await make("api", {}, { port: 3000 });
  const web = await make("web", { API: "http://api:${{api.AEROPLANE_PORT}}" });
  await stage(api, { settings: { port: 8080 } });
  expect((await review()).members.map(({ serviceId, after }) => [serviceId, after])).toEqual([[api, []], [web, [api]]]);
  expect((await ada.services.get({ id: api })).liveRelease?.port).toBe(3000);
});
