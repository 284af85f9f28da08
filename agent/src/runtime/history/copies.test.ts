import { mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Docker } from "../../docker/client.ts";
import { createCopies } from "./copies.ts";

test("a copy that is asked for while those of an earlier life are removed is not removed with them", async () => {
  const folder = await mkdtemp(join(tmpdir(), "copies-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (let at = 0; at < 200; at += 1) await mkdir(join(folder, `old-${at}`)).then(() => writeFile(join(folder, `old-${at}`, "x"), "x"));
  // A container that is gone: its copy is empty, and there.
  const gone = Object.assign(new Error("no such container"), { statusCode: 404 });
  const docker = { modem: { dial: (_: unknown, done: (error: Error) => void) => done(gone) } } as unknown as Docker;
  const copies = createCopies({ docker, folder });
  const clearing = copies.clear();
  const { file } = await copies.open("aaaaaaaaaaaa", null);
  await clearing;
  await file.close();
  expect(await readFile(join(folder, "aaaaaaaaaaaa-1"), "utf8")).toBe("");
  copies.close();
});
