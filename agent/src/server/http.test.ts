import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLock } from "./lock.ts";
import { listen } from "./sockets.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "aeroplane-server-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const ask = (socketPath: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    request({ socketPath, path: "/" }, (response) => resolve(response.resume().statusCode)).on("error", reject).end();
  });

test("a socket is its login's alone, also where a dead one was left", async () => {
  const path = join(folder, "run", "root.sock");
  const answers = () => createServer((_, response) => response.end());
  const [first, second] = [answers(), answers()];
  await listen(first, { path, login: "root" });
  await listen(second, { path, login: null });
  expect([await ask(path), (statSync(path).mode & 0o777).toString(8)]).toEqual([200, "600"]);
  first.close();
  second.close();
});

test("one agent per folder, until it lets go", () => {
  const path = join(folder, "agent.lock");
  const unlock = takeLock(path)!;
  const refused = takeLock(path);
  unlock();
  const again = takeLock(path);
  expect([refused, typeof again]).toEqual([null, "function"]);
  again?.();
});
