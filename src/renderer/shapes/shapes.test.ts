import { expect, test } from "vitest";
import { shapes, type Hello } from "@aeroplane/agent/contract";
import { configOf, emptyDraft } from "../features/services/config.ts";
import { canSet, runs, traitsOn } from "./shapes.ts";

const hello = (settings: Hello["settings"]) => ({ hello: { ...({} as Hello), settings } });
const like = { traits: { ...shapes.web, settings: ["stopSignal" as const] } };

test.each<[string, Hello["settings"], typeof like | undefined, string[]]>([
  ["an agent that tells", { web: ["health", "names"] }, undefined, ["health", "names"]],
  ["what it tells, whatever a service there says", { web: ["names"] }, like, ["names"]],
  ["a shape that it does not tell of", {}, like, []],
  ["an agent from before it told, by a service that is there", undefined, like, ["stopSignal"]],
  ["an agent from before it told, of which nothing is known", undefined, undefined, []],
])("what can be set of a new service: %s", (_, settings, sibling, can) => {
  const traits = traitsOn(hello(settings), "web", sibling);
  expect(shapes.web.settings.filter((setting) => canSet(traits, setting))).toEqual(can);
  expect([runs(traits), traits.word]).toEqual([true, "Web service"]);
});

test("what an older agent would drop is not sent with a new service, whatever was typed", () => {
  const draft = { ...emptyDraft, stopSignal: "SIGINT", names: "db", restart: "never" };
  const sent = (settings: Hello["settings"]) => configOf(traitsOn(hello(settings), "web"), draft);
  expect(sent({ web: ["names", "restart", "stopSignal"] })).toMatchObject({ names: ["db"], restart: "never", stopSignal: "SIGINT" });
  expect(Object.keys(sent(undefined)).filter((field) => ["names", "restart", "stopSignal", "health"].includes(field))).toEqual([]);
});
