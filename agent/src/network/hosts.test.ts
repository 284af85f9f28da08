import { mkdtemp, readFile, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { arrange, writeHosts } from "./hosts.ts";

const body = (text: string) => text.split("\n").map((line) => line.trimEnd()).slice(4, -1);

test("a name keeps its line while others come and go", () => {
  const three = arrange("", [
    { name: "web", address: "10.192.1.1" },
    { name: "api", address: "10.192.1.2" },
    { name: "cron", address: "10.192.1.3" },
  ]);
  const two = arrange(three, [
    { name: "cron", address: "10.192.1.3" },
    { name: "web", address: "10.192.1.1" },
  ]);
  const again = arrange(two, [
    { name: "mail", address: "10.192.1.4" },
    { name: "web", address: "10.192.1.1" },
    { name: "cron", address: "10.192.1.9" },
  ]);
  expect([three, two, again].map(body)).toEqual([
    ["10.192.1.1 web", "10.192.1.2 api", "10.192.1.3 cron"],
    ["10.192.1.1 web", "", "10.192.1.3 cron"],
    ["10.192.1.1 web", "10.192.1.4 mail", "10.192.1.9 cron"],
  ]);
});

test("the file keeps its inode, which containers hold, and mends what a crash tore", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hosts-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "deep", "hosts");
  const umask = process.umask(0o077);
  await writeHosts(path, [{ name: "web", address: "10.192.1.1" }]);
  process.umask(umask);
  const before = await stat(path);
  const whole = await readFile(path, "utf8");
  await truncate(path, 200);
  await writeHosts(path, [{ name: "web", address: "10.192.1.1" }]);
  expect([(await stat(path)).ino, (before.mode & 0o777).toString(8), await readFile(path, "utf8")]).toEqual([before.ino, "644", whole]);
});
