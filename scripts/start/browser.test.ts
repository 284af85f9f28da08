import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { os } from "@orpc/server";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { WEB_CODE_HEADER, WEB_SESSION_PATH } from "../../src/contract/index.ts";
import { createWebHost, type WebHost } from "../../src/web/host.ts";
import { openBrowser } from "./browser.ts";

let folder: string;
let host: WebHost;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "browser-"));
  host = await createWebHost({ router: { ping: os.handler(() => "pong") }, folder });
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

const trade = async (code: string, origin = `http://127.0.0.1:${host.port}`) => {
  const answer = await fetch(`http://127.0.0.1:${host.port}${WEB_SESSION_PATH}`, { method: "POST", headers: { [WEB_CODE_HEADER]: code, origin } });
  return [answer.status, (await answer.text()) === host.token];
};

test("what the browser is started with leads to the app and holds no key; its code is good once", async () => {
  const told = join(folder, "argv");
  const program = join(folder, "opener.mjs");
  writeFileSync(program, `import { writeFileSync } from "node:fs"; writeFileSync(${JSON.stringify(`${told}.new`)}, JSON.stringify(process.argv)); (await import("node:fs")).renameSync(${JSON.stringify(`${told}.new`)}, ${JSON.stringify(told)});`);
  const remove = await openBrowser([process.execPath, program], host);
  const argv = await vi.waitFor(() => JSON.parse(readFileSync(told, "utf8")) as string[], { timeout: 60_000 });
  const file = argv.at(-1)!;
  const page = readFileSync(file, "utf8");
  const code = new RegExp(`url=http://127\\.0\\.0\\.1:${host.port}/#code=([\\w-]{43})"`).exec(page)![1]!;
  expect(argv.filter((word) => word.includes(host.token) || word.includes(code) || word.includes("token"))).toEqual([]);
  expect([(await stat(file)).mode & 0o777, (await stat(dirname(file))).mode & 0o777, page.includes(host.token)]).toEqual([0o600, 0o700, false]);
  expect([await trade("A".repeat(43)), await trade(code, "http://evil.test"), await trade(code), await trade(code)]).toEqual([[403, false], [403, false], [200, true], [403, false]]);
  await expect.poll(() => stat(dirname(file)).catch(() => null)).toBeNull();
  await remove();
});

test("where no file can be written the app goes on, and nothing is started", async () => {
  const told = join(folder, "never");
  const remove = await openBrowser([process.execPath, "-e", `require("node:fs").writeFileSync(${JSON.stringify(told)}, "")`], host, join(folder, "missing"));
  await remove();
  await expect(stat(told)).rejects.toMatchObject({ code: "ENOENT" });
});
