import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { caddyForTests } from "./caddy.fixture.ts";
import type { RouteTarget } from "./index.ts";

const { own, get, confirm } = caddyForTests();

test("serves a site's files, its own page for what is missing, and nothing outside", async () => {
  const root = join(own.dataDir, "sites", "s4", "r1");
  await mkdir(root, { recursive: true });
  await writeFile(join(root, "index.html"), "home {file./etc/hostname}");
  await writeFile(join(root, "about.html"), "about");
  await mkdir(join(root, "docs"));
  await writeFile(join(root, "docs", "index.html"), "docs");
  for (const name of ["100%.txt", "a b.txt", "{file.x}", "q?x.txt", "[a]*.txt", ".well-known"]) await writeFile(join(root, name), name);
  await writeFile(join(root, "{http.request.host}.html"), "braces");
  const target: RouteTarget = { type: "site", serviceId: "s4", releaseId: "r1" };
  await own.caddy.setHostnames("s4", ["site.test"]);
  await own.caddy.setTarget("s4", target);
  await confirm("site.test", target);
  expect(await get("site.test")).toEqual({ status: 200, release: "r1", body: "home {file./etc/hostname}" });
  expect((await get("site.test", "/about")).body).toBe("about");
  expect((await get("site.test", "/docs/")).body).toBe("docs");
  expect((await get("site.test", "/docs")).status).toBe(308);
  for (const name of ["100%.txt", "a b.txt", "{file.x}", "q?x.txt", "[a]*.txt", ".well-known"]) {
    expect((await get("site.test", `/${encodeURIComponent(name)}`)).body).toBe(name);
  }
  expect((await get("site.test", "/{http.request.host}")).body).toBe("braces");
  expect((await get("site.test", "/*")).status).toBe(404);
  expect(await get("site.test", "/missing")).toMatchObject({ status: 404, release: "r1", body: expect.stringContaining("Page not found") });
  await writeFile(join(root, "404.html"), "own page");
  expect(await get("site.test", "/missing")).toMatchObject({ status: 404, release: "r1", body: "own page" });
  // One that everybody may read at every step of the way up, so that only the root keeps it from being served.
  const steps = [join(own.dataDir, "sites", "s4"), join(own.dataDir, "sites"), own.dataDir];
  for (const step of steps) await writeFile(join(step, "outside.txt"), "from outside", { mode: 0o644 });
  const above = ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..\\", "..%5c", "docs/../../", "./../", "..;/", "..%00/", "%252e%252e%252f"];
  const ways = above.flatMap((up) => [1, 2, 3].map((times) => `/${up.repeat(times)}outside.txt`));
  const direct = ["/outside.txt", "/r1/outside.txt", `/${own.dataDir}/outside.txt`, `//${own.dataDir}/outside.txt`, `/sites/s4/outside.txt`];
  for (const path of [...ways, ...direct]) {
    const { status, body } = await get("site.test", path);
    expect([path, status, body.includes("from outside")]).toEqual([path, expect.toSatisfy((code: number) => code === 400 || code === 404), false]);
  }
  // The same words lead to it where it is inside.
  await writeFile(join(root, "outside.txt"), "from outside", { mode: 0o644 });
  expect([(await get("site.test", "/outside.txt")).body, (await get("site.test", "/docs/../outside.txt")).body]).toEqual(["from outside", "from outside"]);
});
