import { request, type IncomingHttpHeaders } from "node:http";
import { mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync, brotliCompressSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { siteConfig, type SiteConfig } from "../../contract/index.ts";
import { caddyForTests } from "./caddy.fixture.ts";
import { SITE_MARKS, siteMarks } from "./site-marks.ts";

const { own, confirm } = caddyForTests();
const IMMUTABLE = "public, max-age=31536000, immutable";
const OTHERS = "public, max-age=0, must-revalidate";
const WORDS = "words and more words, ".repeat(100);

type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

/** A site's release stands with these files; each file's time is made from its content, as a build does it. */
async function site(releaseId: string, files: Record<string, string | Buffer>, settings: Partial<SiteConfig> = {}) {
  const root = join(own.dataDir, "sites", "s", releaseId);
  const write = async (path: string, content: string | Buffer) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
    const time = 1000 + [...Buffer.from(content)].reduce((sum, byte, at) => (sum * 31 + byte + at) % 2 ** 31, 7);
    await utimes(join(root, path), time, time);
  };
  for (const [path, content] of Object.entries(files)) await write(path, content);
  for (const mark of siteMarks(siteConfig.parse(settings))) await write(join(SITE_MARKS, mark), "");
  const target = { type: "site", serviceId: "s", releaseId } as const;
  await own.caddy.setHostnames("s", ["site.test"]);
  await own.caddy.setTarget("s", target);
  await confirm("site.test", target);
}

function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port: own.httpPort, path, method, headers: { host: "site.test", ...headers }, agent: false }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }));
    });
    asked.on("error", reject);
    asked.end();
  });
}

/** Status and what tells one file from another. */
const short = async (path: string) => {
  const { status, headers, body } = await ask(path);
  return [path, status, headers.location ?? body.toString()];
};
const all = async (paths: string[]) => Promise.all(paths.map(short));
const cacheOf = async (path: string) => (await ask(path)).headers["cache-control"];

test("a validator belongs to the content, whatever the release", async () => {
  await site("r1", { "index.html": "one", "app.css": WORDS });
  const [page, css] = [(await ask("/")).headers.etag!, (await ask("/app.css")).headers.etag!];
  await site("r2", { "index.html": "two", "app.css": WORDS });
  const next = await ask("/", { "if-none-match": page });
  const same = await ask("/app.css", { "if-none-match": css });
  expect([next.status, next.body.toString(), same.status, same.headers["x-aeroplane-release"]]).toEqual([200, "two", 304, "r2"]);
  await site("r1", {});
  expect((await ask("/", { "if-none-match": page })).status).toBe(304);
  expect((await ask("/", { "if-none-match": `"other", W/${page}` })).status).toBe(304);
  expect([(await ask("/", { "if-match": '"other"' })).status, (await ask("/", { "if-match": page })).status]).toEqual([412, 200]);
  // Its times are no times, so none is told and none is asked about.
  const { headers, status } = await ask("/", { "if-modified-since": new Date().toUTCString() });
  expect([status, headers["last-modified"]]).toEqual([200, undefined]);
});

test("what is compressed on the way is the same file, and not the same bytes", async () => {
  await site("compressed", { "index.html": "home", "app.css": WORDS });
  const plain = await ask("/app.css", { "accept-encoding": "identity" });
  const gzip = await ask("/app.css", { "accept-encoding": "gzip" });
  const zstd = await ask("/app.css", { "accept-encoding": "gzip, zstd" });
  expect([gzip.headers["content-encoding"], zstd.headers["content-encoding"], gzip.headers.vary, plain.headers.vary]).toEqual(["gzip", "zstd", "Accept-Encoding", "Accept-Encoding"]);
  expect([gunzipSync(gzip.body).toString(), zstdDecompressSync(zstd.body).toString()]).toEqual([WORDS, WORDS]);
  expect(plain.headers.etag).toMatch(/^"[^"]+"$/);
  expect([gzip.headers.etag, zstd.headers.etag]).toEqual([`W/${plain.headers.etag}`, `W/${plain.headers.etag}`]);
  for (const encoding of ["gzip", "zstd", "identity"]) {
    const again = await ask("/app.css", { "accept-encoding": encoding, "if-none-match": gzip.headers.etag! });
    expect([again.status, again.headers.etag?.replace("W/", "")]).toEqual([304, plain.headers.etag]);
  }
  // A part is of the file itself, and of another version it is no part.
  const part = await ask("/app.css", { "accept-encoding": "gzip, zstd", range: "bytes=6-8" });
  expect([part.status, part.body.toString(), part.headers["content-encoding"], part.headers["content-range"], part.headers.etag]).toEqual([206, "and", undefined, `bytes 6-8/${WORDS.length}`, plain.headers.etag]);
  const large = await ask("/app.css", { "accept-encoding": "gzip, zstd", range: "bytes=10-1509" });
  expect([large.status, large.headers["content-encoding"], large.body.toString()]).toEqual([206, undefined, WORDS.slice(10, 1510)]);
  const rest = await ask("/app.css", { "accept-encoding": "gzip", range: "bytes=6-8", "if-range": gzip.headers.etag! });
  expect([rest.status, rest.body.length]).toEqual([200, WORDS.length]);
  expect((await ask("/app.css", { range: "bytes=6-8", "if-range": plain.headers.etag! })).status).toBe(206);
  expect((await ask("/app.css", { range: "bytes=99999-" })).status).toBe(416);
  const head = await ask("/app.css", { "accept-encoding": "identity" }, "HEAD");
  const { date: _one, ...told } = head.headers;
  const { date: _other, ...got } = plain.headers;
  expect([head.status, told, head.body.length]).toEqual([200, got, 0]);
});

test("a file that is there compressed is served as what it is", async () => {
  const script = `console.log(${JSON.stringify(WORDS)})`;
  const map = JSON.stringify({ words: WORDS });
  await site("pre", {
    "index.html": "home", "404.html": WORDS, "404.html.gz": gzipSync(WORDS),
    "app.js": script, "app.js.br": brotliCompressSync(script), "app.js.gz": gzipSync(script), "app.js.zst": zstdCompressSync(script),
    "app.js.map": map, "app.js.map.gz": gzipSync(map),
  });
  const ways = ["br, gzip, zstd", "gzip, zstd", "gzip", "identity", "br;q=0, gzip"];
  const answers = await Promise.all(ways.map((way) => ask("/app.js", { "accept-encoding": way })));
  expect(answers.map(({ headers, body }) => [headers["content-encoding"], headers["content-type"], headers.vary, Number(headers["content-length"]) === body.length])).toEqual(
    ["br", "zstd", "gzip", undefined, "gzip"].map((encoding) => [encoding, "text/javascript; charset=utf-8", "Accept-Encoding", true]),
  );
  expect([gunzipSync(answers[2]!.body).toString(), answers[3]!.body.toString()]).toEqual([script, script]);
  // One each, and strong: these are the bytes.
  const tags = answers.slice(0, 4).map(({ headers }) => headers.etag!);
  expect([new Set(tags).size, tags.every((tag) => tag.startsWith('"'))]).toEqual([4, true]);
  for (const [at, way] of ways.slice(0, 4).entries()) expect((await ask("/app.js", { "accept-encoding": way, "if-none-match": tags[at]! })).status).toBe(304);
  expect((await ask("/app.js", { "accept-encoding": "gzip", "if-none-match": tags[3]! })).status).toBe(200);
  const head = await ask("/app.js", { "accept-encoding": "gzip" }, "HEAD");
  expect([head.headers.etag, head.headers["content-encoding"], head.headers["content-length"]]).toEqual([tags[2], "gzip", String(gzipSync(script).length)]);
  const part = await ask("/app.js", { "accept-encoding": "gzip", range: "bytes=0-3", "if-range": tags[2]! });
  expect([part.status, part.headers["content-encoding"], part.body]).toEqual([206, "gzip", gzipSync(script).subarray(0, 4)]);
  const named = await ask("/app.js.map", { "accept-encoding": "gzip" });
  expect([named.headers["content-type"], gunzipSync(named.body).toString()]).toEqual(["application/json", map]);
  // Asked for by its own name it is a file like others, and is not compressed again.
  const itself = await ask("/app.js.gz", { "accept-encoding": "gzip, zstd" });
  expect([itself.headers["content-encoding"], itself.headers["content-type"], gunzipSync(itself.body).toString()]).toEqual([undefined, "application/gzip", script]);
  const missing = await ask("/missing", { "accept-encoding": "gzip" });
  expect([missing.status, missing.headers["content-encoding"], gunzipSync(missing.body).toString()]).toEqual([404, "gzip", WORDS]);
});

test("whoever has the page for what is missing is told again that it is missing", async () => {
  await site("missing", { "index.html": "home", "404.html": `own page ${WORDS}` });
  const first = await ask("/nothing");
  expect([first.status, first.headers.etag, first.headers["cache-control"]]).toEqual([404, undefined, "no-cache"]);
  await site("found", { "index.html": "home", "page.html": `own page ${WORDS}` });
  const { headers } = await ask("/page");
  await site("missing", {});
  for (const [name, value] of [["if-none-match", headers.etag!], ["if-none-match", "*"], ["if-match", '"other"'], ["range", "bytes=0-3"]] as const) {
    const { status, body } = await ask("/nothing", { [name]: value });
    expect([name, status, body.toString()]).toEqual([name, 404, `own page ${WORDS}`]);
  }
  const { status, body } = await ask("/nothing", {}, "HEAD");
  expect([status, body.length]).toEqual([404, 0]);
});

test("a page is found without its ending, a folder by its index, and each at one address", async () => {
  const files = { "index.html": "home", "about.html": "about", "docs/index.html": "docs", "both.html": "page", "both/index.html": "folder", "empty/a.txt": "a", "empty.html": "empty", "ä b.html": "odd" };
  await site("names", files);
  expect(await all(["/about", "/about.html", "/about/", "/about/?a=1", "/docs", "/docs/", "/docs/index", "/both", "/both/", "/empty/", "/%C3%A4%20b/", "//about/", "/none/", "/about.html/"])).toEqual([
    ["/about", 200, "about"], ["/about.html", 200, "about"], ["/about/", 308, "/about"], ["/about/?a=1", 308, "/about?a=1"],
    ["/docs", 308, "/docs/"], ["/docs/", 200, "docs"], ["/docs/index", 200, "docs"], ["/both", 200, "page"], ["/both/", 200, "folder"],
    ["/empty/", 308, "/empty"], ["/%C3%A4%20b/", 308, "/%C3%A4%20b"], ["//about/", 308, "/about"],
    ["/none/", 404, expect.stringContaining("Page not found")], ["/about.html/", 308, "/about.html"],
  ]);
  // None is kept: the next release may have each the other way round, which a browser that kept both would follow without end.
  expect(await Promise.all(["/about/", "/about/?a=1", "/docs", "/about.html/"].map(cacheOf))).toEqual(Array.from({ length: 4 }, () => "no-cache"));
  await site("turned", { "index.html": "home", "about/index.html": "folder", "docs.html": "page" });
  expect(await all(["/about", "/about/", "/docs", "/docs/"])).toEqual([["/about", 308, "/about/"], ["/about/", 200, "folder"], ["/docs", 200, "page"], ["/docs/", 308, "/docs"]]);
  expect(await Promise.all(["/about", "/docs/"].map(cacheOf))).toEqual(["no-cache", "no-cache"]);
  await site("own-names", files, { cleanUrls: false });
  expect((await all(["/about", "/about.html", "/about/", "/docs", "/docs/"])).map(([, status]) => status)).toEqual([404, 200, 404, 308, 200]);
});

test("with a fallback an app finds its pages, and a missing file stays missing", async () => {
  const files = { "index.html": "app", "404.html": "gone", "about.html": "about", "assets/app-3f2a1b9c.js": "script", "empty/a.txt": "a", "docs/index.html": "docs" };
  await site("spa", files, { spa: true });
  const pages = ["/users/1", "/users/jane.doe", "/sites/example.com", "/v1.2", "/a/b/", "/empty", "/empty/", "/package/@scope%2fname", `/${"x".repeat(300)}`, "/?q=a.js", "/q%3Fx"];
  expect(await all(pages)).toEqual(pages.map((path) => [path, 200, "app"]));
  const missing = ["/assets/app-ffffffff.js", "/logo.PNG", "/a.css", "/x.js.map", "/old.html", "/.env", "/a/.git/config", "/../../etc/passwd", "/assets%2fx.js"];
  expect(await all(missing)).toEqual(missing.map((path) => [path, 404, "gone"]));
  expect(await all(["/about", "/docs", "/docs/", "/assets/app-3f2a1b9c.js"])).toEqual([["/about", 200, "about"], ["/docs", 308, "/docs/"], ["/docs/", 200, "docs"], ["/assets/app-3f2a1b9c.js", 200, "script"]]);
  const { headers } = await ask("/");
  expect([(await ask("/users/1")).headers["cache-control"], (await ask("/users/1", { "if-none-match": headers.etag! })).status]).toEqual(["no-cache", 304]);
  expect([(await ask("/users/1", {}, "POST")).status, (await ask("/users/1", {}, "HEAD")).status]).toEqual([405, 200]);
  // It is a release's: the one before has none, and gets none by it.
  await site("no-spa", files);
  expect(await short("/users/1")).toEqual(["/users/1", 404, "gone"]);
  await site("spa", {});
  expect(await short("/users/1")).toEqual(["/users/1", 200, "app"]);
  // Another name for the files of a release is another name for what it answers.
  await symlink("spa", join(own.dataDir, "sites", "s", "again"));
  await site("again", {});
  expect(await all(["/users/1", "/docs", "/about"])).toEqual([["/users/1", 200, "app"], ["/docs", 308, "/docs/"], ["/about", 200, "about"]]);
});

test("a name that has its content's digest is kept for good, a page and all else is asked for anew", async () => {
  const hashed = [
    "static/js/main.3f2a1b9c.chunk.js", "static/js/main.3f2a1b9c.chunk.js.map", "css/main.min.0e4f8ab1c2d3e4f5a6b7c8d9e0f1a2b3.css", "_nuxt/entry.js", "base/_app/immutable/start.js",
    // Vite, Rollup
    "assets/index-BxK3j2_a.js", "assets/index-n_ryQ3BS.css", "fonts/inter-C3pX_4kL.woff2",
    // webpack, Parcel, Angular, Rails
    "main.4d1f0c9b7a6e5f3d2c1b.js", "static/media/logo.6ce24c58023cc2f8fd88fe9d219db6c6.svg", "media/logo.6ce24c58023cc2f8.svg", "index.9fd9b1ae.css", "assets/logo-3f2a1b9c.png", "assets/index-3f2a1b9c.css",
    // esbuild
    "chunk-7KJH2QWX.js", "app-5A2BCDE7.css.map",
    // Next, Astro
    "_next/static/chunks/pages.js", "_next/static/chunks/4bd1b696-182b6b13bdad92e3.js", "_next/static/media/e4af272ccee01ff0-s.p.woff2", "_astro/hoisted.js", "_astro/index.DyK3x_1f.css", "_astro/hero.CqXj2Bte_Z1a2b3.webp",
  ];
  const others = [
    "app.js", "assets/app-settings.js", "assets/theme-darkMode.css", "photo-iPhone15.png", "docs-Chapter1.png", "report-20240101.pdf", "jquery-3.7.1.min.js", "logo.png", "_nuxt/builds/latest.json", "lib-version2.js",
    "deadbeef.js", "x-facadeed.js",
    // What people call what they write, and write anew.
    "report-2024-Jan.pdf", "prices-2024-EUR.pdf", "agenda-15-March.pdf", "invoice-2024-A01.pdf", "data-2024-Q3b.csv", "icon-3DModels.svg", "hero-2xRetina.png", "IMG-MyPhotoA.jpg", "x-MacBookM.png", "icon-YouTubeX.png", "plan-20240101b.pdf",
    "assets/hero-2xRetina.png", "assets/IMG-MyPhotoA.jpg", "assets/invoice-2024A01X.pdf", "assets/plan-20240101b.pdf", "static/report-2024a001.pdf", "invoice-0042a001.pdf", "photo-550e8400-e29b-41d4-a716-44665544abcd.jpg",
    "js/aws-s3Client.js", "js/player-YouTubeX.js", "css/theme-2xRetina.css", "css/hero-iPadAir2.css", "js/chart-d3ForceX.js", "js/x-MacBookM.js", "js/data-2024-Q3b.js", "js/win-WIN32API.js", "js/plan-20240101b.js",
  ];
  const pages = ["index.html", "page-3f2a1b9c.html", "about.htm"];
  await site("kept", Object.fromEntries([...hashed, ...others, ...pages].map((path) => [path, path])));
  const said = async (paths: string[]) => Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await cacheOf(`/${path}`)])));
  expect(await said(hashed)).toEqual(Object.fromEntries(hashed.map((path) => [path, IMMUTABLE])));
  expect(await said(others)).toEqual(Object.fromEntries(others.map((path) => [path, OTHERS])));
  expect(await said([...pages, "", "page-3f2a1b9c"])).toEqual(Object.fromEntries([...pages, "", "page-3f2a1b9c"].map((path) => [path, "no-cache"])));
  const { headers } = await ask("/app.js");
  const again = await ask("/app.js", { "if-none-match": headers.etag! });
  expect([again.status, again.headers["cache-control"]]).toEqual([304, OTHERS]);
  // What is not there, and an address that is another's, are nothing to keep.
  expect([await cacheOf("/assets/gone-3f2a1b9c.js"), await cacheOf("/assets")]).toEqual(["no-store", "no-store"]);
});

test("rules of a release say how long its files are kept, the first that fits", async () => {
  const files = { "index.html": "app", "about.html": "about", "assets/app.js": "a", "assets/x-3f2a1b9c.js": "x", "assets/deep/b.css": "b", "media/Ä.mp4": "m", "feed.xml": "f", "sw.js": "s", "$a@b.txt": "t", "docs/index.html": "docs" };
  const rules = [
    { pattern: "/sw.js", value: "no-store" },
    { pattern: "/assets/*", value: "public, max-age=600, stale-while-revalidate=30" },
    { pattern: "*.JS", value: "max-age=1" },
    { pattern: "/media/*", value: "private, max-age=60" },
    { pattern: "/$a@b.txt", value: "max-age=2" },
    { pattern: "/docs/index.html", value: "max-age=3" },
    { pattern: "*e*", value: "max-age=4" },
  ];
  await site("rules", files, { spa: true, cacheRules: rules });
  const said = async (path: string) => [path, await cacheOf(path)];
  expect(await Promise.all(["/sw.js", "/assets/app.js", "/assets/x-3f2a1b9c.js", "/assets/deep/b.css", "/media/%C3%84.mp4", "/$a@b.txt", "/docs/", "/feed.xml", "/", "/about", "/assets/page"].map(said))).toEqual([
    ["/sw.js", "no-store"], ["/assets/app.js", rules[1]!.value], ["/assets/x-3f2a1b9c.js", rules[1]!.value], ["/assets/deep/b.css", rules[1]!.value], ["/media/%C3%84.mp4", "private, max-age=60"],
    ["/$a@b.txt", "max-age=2"], ["/docs/", "max-age=3"], ["/feed.xml", "max-age=4"],
    // It is index.html that is served.
    ["/", "max-age=4"], ["/about", "no-cache"], ["/assets/page", "max-age=4"],
  ]);
  // A visitor's own word for it is nothing.
  expect((await ask("/about", { "aeroplane-rule": `/${SITE_MARKS}/rules/1//about.html@max-age=9` })).headers["cache-control"]).toBe("no-cache");
  // As many as there may be.
  await site("many", files, { cacheRules: Array.from({ length: 10 }, (_, at) => ({ pattern: at === 9 ? "/feed.xml" : `/${at}*`, value: `max-age=${at}` })) });
  expect([await cacheOf("/feed.xml"), await cacheOf("/about")]).toEqual(["max-age=9", "no-cache"]);
  await site("none", files);
  expect(await cacheOf("/sw.js")).toBe(OTHERS);
});

test("hidden files are served where they are asked for, and never what is ours or Git's, or has passwords", async () => {
  const secret = [".git-credentials", ".gitignore", ".env", ".envrc", ".env-production", ".env_local", ".env~", ".ENV", "a/.env.local", ".netrc", ".npmrc", ".htpasswd", ".env.d/x.txt", ".env.html", ".well-known/.env"];
  const files = { ...Object.fromEntries(secret.map((path) => [path, "secret"])), "index.html": "home", "b.env": "plain", ".well-known/security.txt": "contact", ".nojekyll": "hidden", "a/.b/c.txt": "deep", ".git/config": "history" };
  const paths = ["/.well-known/security.txt", "/.nojekyll", "/a/.b/c.txt", "/a/%2eb/c.txt", "/.git/config", `/${SITE_MARKS}/dotfiles`, `/a/../${SITE_MARKS}/dotfiles`, `/${SITE_MARKS}/`];
  await site("hidden", files);
  expect((await all(paths)).map(([, status]) => status)).toEqual([200, 404, 404, 404, 404, 404, 404, 404]);
  await site("shown", files, { dotfiles: true });
  expect((await all(paths)).map(([, status]) => status)).toEqual([200, 200, 200, 200, 404, 404, 404, 404]);
  // Also of releases that were made when these were not left out.
  const ways = [...secret.map((path) => `/${path}`), "/%2eenvrc", "/a/../.envrc", "/%2E%65nv~", "//.npmrc", "/.env", "/a/.//../.netrc"];
  for (const [path, status, body] of await all(ways)) expect([path, status, String(body).includes("secret")]).toEqual([path, 404, false]);
  expect(await short("/b.env")).toEqual(["/b.env", 200, "plain"]);
});

test("a file whose name has signs of an address is served as itself, and nothing else is in its place", async () => {
  const odd = ["what?", "a?b=c", "c#d", "100%", "x%41", "e%2e%2e", "f%2fg", "h%3Fi", "j%", "k{http.request.host}", "l+m", "n&o", "p;q", "?", "#"];
  const decoys = ["what", "a", "c", "xA", "e..", "h?i", "h", "lm", "p"];
  const files = { "index.html": "home", ...Object.fromEntries([...decoys.map((name) => [`o/${name}.html`, `decoy ${name}`]), ...odd.flatMap((name) => [[`o/${name}.html`, `page ${name}`], [`f/${name}.txt`, `text ${name}`], [`i/${name}/index.html`, `index ${name}`]])]) };
  await site("odd", files);
  const asked = (folder: string, name: string, rest = "") => `/${folder}/${encodeURIComponent(name)}${rest}`;
  for (const name of odd) {
    const paths = [asked("o", name), asked("o", name, ".html"), asked("f", name, ".txt"), asked("i", name, "/")];
    expect(await all(paths)).toEqual([[paths[0], 200, `page ${name}`], [paths[1], 200, `page ${name}`], [paths[2], 200, `text ${name}`], [paths[3], 200, `index ${name}`]]);
    const away = await ask(asked("o", name, "/"));
    expect([away.status, (await short(away.headers.location!)).slice(1)]).toEqual([308, [200, `page ${name}`]]);
  }
});

test("an address that can be no file's is refused, with a fallback and without", async () => {
  for (const spa of [false, true]) {
    await site(`strange-${spa}`, { "index.html": "home", "docs/a.txt": "a", "docs/b.html": "b" }, { spa });
    await writeFile(join(own.dataDir, "sites", "s", "outside.txt"), "from outside");
    await writeFile(join(own.dataDir, "sites", "s", "outside.html"), "from outside");
    const nul = ["/docs/a.txt%00", "/%00", "/docs/%00/a.txt", "/a%0d%0aSet-Cookie:x", "/%7f"];
    expect((await all(nul)).map(([path, status]) => [path, status])).toEqual(nul.map((path) => [path, 400]));
    const slash = ["/docs%2fa.txt", "/docs%2Fa.txt", "/%2e%2e%2foutside.txt", "/..%2foutside.txt", "/%2fetc%2fpasswd.txt"];
    expect((await all(slash)).map(([path, status]) => [path, status])).toEqual(slash.map((path) => [path, 404]));
    const long = [`/${"a".repeat(256)}.txt`, `/${"a/".repeat(3000)}b.txt`, `/${"a".repeat(20_000)}.txt`];
    for (const path of long) expect([400, 404]).toContain((await ask(path)).status);
    const out = ["/../outside", "/../outside.html", "/%2e%2e/outside", "/../outside/", "/docs/../../outside", "/../../../../etc/passwd", "/../s/outside.txt"];
    for (const [path, status, body] of await all(out)) expect([path, status, String(body).includes("from outside")]).toEqual([path, 404, false]);
  }
});
