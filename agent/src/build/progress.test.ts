import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { createProgress } from "./progress.ts";

const recorded = (name: string) => readFile(new URL(`fixtures/${name}`, import.meta.url), "utf8");

function linesOf(text: string, cut: number): string[] {
  const progress = createProgress();
  const lines = [];
  for (let at = 0; at < text.length; at += cut) lines.push(...progress.push(text.slice(at, at + cut)));
  return [...lines, ...progress.end()].map(({ stream, text: said }) => `${stream}: ${said}`);
}

const log = (vertex: string, data: string | Buffer, stream = 1) =>
  `${JSON.stringify({ logs: [{ vertex, stream, data: Buffer.from(data).toString("base64") }] })}\n`;
const vertex = (digest: string, more: object = {}) =>
  `${JSON.stringify({ vertexes: [{ digest, name: `step ${digest}`, started: "now", ...more }] })}\n`;

test("a recorded build reads as its steps, their lines and the step that failed", async () => {
  const text = await recorded("failing-step.txt");
  const progress = createProgress();
  Array.from(progress.push(text));
  expect(linesOf(text, 1_000_000)).toEqual([
    "system: [internal] load metadata for docker.io/library/node:24-slim",
    "system: [1/2] FROM docker.io/library/node:24-slim",
    "system: [2/2] RUN echo one &&   exit 3",
    "out: one",
    "err: executor failed running [/bin/sh -c echo one &&   exit 3]: exit code: 3",
  ]);
  expect(progress.failedStep()).toEqual({
    name: "[2/2] RUN echo one &&   exit 3",
    error: "executor failed running [/bin/sh -c echo one &&   exit 3]: exit code: 3",
    lastLines: ["one"],
  });
});

test("objects indented over many lines are read too, and the bytes alone decide the lines", async () => {
  const text = await recorded("indented-failure.txt");
  const whole = linesOf(text, 1_000_000);
  expect(whole.at(-1)).toMatch(/^err: /);
  expect(whole.filter((line) => line.includes('"vertexes"'))).toEqual([]);
  for (const cut of [1, 7, 1000]) expect(linesOf(text, cut)).toEqual(whole);
});

test("chunks are no lines: cut characters, progress bars, steps that speak in turn, a last line without its end", () => {
  const euro = Buffer.from("a €\n");
  const text = [
    vertex("x"),
    log("x", euro.subarray(0, 3)),
    vertex("y"),
    log("x", euro.subarray(3)),
    log("y", "10%\r50%\r100%\nwarned", 2),
    log("x", "more\r\n"),
    "a word of buildx itself\n",
    vertex("y", { completed: "now" }),
  ].join("");
  expect(linesOf(text, 1_000_000)).toEqual([
    "system: step x",
    "system: step y",
    "system: step x",
    "out: a €",
    "system: step y",
    "err: 100%",
    "system: step x",
    "out: more",
    "err: a word of buildx itself",
    "system: step y",
    "err: warned",
  ]);
});

test("progress is steps done of all that the Dockerfile has, in every stage", () => {
  const progress = createProgress();
  Array.from(progress.push(vertex("a", { name: "[internal] load build definition", completed: "now" })));
  const before = progress.fraction();
  Array.from(progress.push(vertex("x", { name: "[1/2] FROM node", completed: "now", cached: true }) + vertex("y", { name: "[build 1/2] RUN make" })));
  expect([before, progress.fraction()]).toEqual([0, 0.25]);
});
