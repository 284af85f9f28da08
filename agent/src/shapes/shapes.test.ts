import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { shapeNames, shapes, sources, traits, type SourceName } from "../../contract/index.ts";
import { sourceOf } from "../sources/index.ts";
import { runs, shapeOf, traitsOf } from "./index.ts";

const root = join(import.meta.dirname, "../../..");

test("every shape has its entry, and the contract carries its traits", () => {
  for (const name of shapeNames) expect([traits.parse(traitsOf({ shape: name })), shapeOf({ shape: name }).traits]).toEqual([shapes[name], shapes[name]]);
  expect(shapeNames.flatMap((name) => shapes[name].sources.filter((source) => !Object.hasOwn(sources, source)))).toEqual([]);
});

test("a word that is no shape is shown as it is and does nothing", async () => {
  for (const shape of ["cron", "", "constructor", "__proto__"]) {
    expect([traitsOf({ shape }).word, runs({ shape }), shapeOf({ shape }).target({ id: "r", serviceId: "s", port: 80 }, ["10.0.0.2"])]).toEqual([shape, false, null]);
    await expect(shapeOf({ shape }).make({} as never)).rejects.toMatchObject({ problem: { code: "SETTINGS_DAMAGED" } });
  }
});

test("every source has its entry; one that is not known or not whole has none", () => {
  const whole: Record<SourceName, { type: string }> = { git: { type: "git", url: "https://host/a/b", branch: "main" } as { type: string }, image: { type: "image", reference: "nginx" } as { type: string } };
  for (const name of Object.keys(sources) as SourceName[]) expect([sourceOf(whole[name])?.traits, sourceOf({ type: name })]).toEqual([sources[name], null]);
  expect(["tape", "constructor", "toString"].map((type) => sourceOf({ type }))).toEqual([null, null, null]);
});

const ROOMS = [/^agent\/contract\/(shapes|sources)\.ts$/, /^agent\/src\/(shapes|sources)\//, /^src\/renderer\/shapes\//];
/** A shape or a source asked for by its name: compared, or a case of a switch. */
const BY_NAME = /\b(?:kind|shape|type)\s*[!=]==?\s*"(?:web|worker|static|git|image)"|"(?:web|worker|static|git|image)"\s*[!=]==?\s|case "(?:web|worker|static|git|image)":/;

test("nothing asks which shape or source it is, but for its traits", () => {
  const files = ["agent/contract", "agent/src", "src"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  );
  const asked = files
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.|node_modules/.test(name) && !ROOMS.some((room) => room.test(name)))
    .flatMap((name) => readFileSync(join(root, name), "utf8").split("\n").flatMap((line, index) => (BY_NAME.test(line) ? [`${name}:${index + 1} ${line.trim()}`] : [])));
  expect(files.length).toBeGreaterThan(300);
  expect(asked).toEqual([]);
  expect(["if (service.kind === \"static\")", "source.type !== 'git'".replaceAll("'", '"'), "case \"worker\":"].map((line) => BY_NAME.test(line))).toEqual([true, true, true]);
});
