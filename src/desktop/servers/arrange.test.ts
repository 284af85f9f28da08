import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Server } from "../../contract/index.ts";
import { createLive } from "../live/live.ts";
import { createArrange, inOrder } from "./arrange.ts";
import { createServersFile, type KeptServer } from "./file.ts";

const kept = (id: string): KeptServer => ({ id: `01a20000-0000-7000-8000-00000000000${id}`, name: id, kind: "local", login: null, tags: [], hello: null, lastSeenAt: null });

test("order and tags are kept in the file; a server that another window added stays behind", async () => {
  const folder = mkdtempSync(join(tmpdir(), "arrange-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = createServersFile(folder);
  const all = ["1", "2", "3"].map(kept);
  await file.change(() => [...all, kept("4")]);
  const list = createLive<Server[]>(all.map((one) => ({ ...one, connection: { state: "offline" }, notice: null })));
  const arrange = createArrange({ file, list, find: (id) => list.get().find((one) => one.id === id)! });
  const shown = await arrange.reorder([all[2]!.id, all[0]!.id, all[1]!.id]);
  await arrange.setTags(all[0]!.id, ["prod", "Prod", "eu"]);
  expect({ shown: shown.map(({ name }) => name), file: (await file.read()).map(({ name, tags }) => [name, ...tags]) }).toEqual({
    shown: ["3", "1", "2"],
    file: [["3"], ["1", "prod", "eu"], ["2"], ["4"]],
  });
});

test("an order that names strangers or too few moves nobody else", () => {
  const all = ["a", "b", "c", "d"].map((id) => ({ id }));
  expect([inOrder(all, ["c", "gone"]), inOrder(all, [])].map((list) => list.map(({ id }) => id).join(""))).toEqual(["cabd", "abcd"]);
});
