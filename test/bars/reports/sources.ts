// Repositories as people have them: links, submodules, odd names, long subjects.
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Files, Repository } from "../../world/git/repositories.ts";
import { run } from "../../world/command.ts";
import { row, type Bench, type Case, type Deployed, type DeployOptions } from "./case.ts";

export const page = { "site/index.html": "hello" };
/** Answers its own environment, and its words. */
export const ECHO = `require("http").createServer((q, r) => r.end(JSON.stringify({ argv: process.argv.slice(2), headers: q.headers, size: JSON.stringify(process.env).length }))).listen(process.env.PORT || 3000)`;
export const DOCKERFILE = `FROM node:24-slim\nWORKDIR /app\nCOPY . .\nEXPOSE 3000\nCMD ["node", "app.js"]\n`;
const app = { Dockerfile: DOCKERFILE, "app.js": ECHO };

export const from = ({ http, branch }: Repository, rootDirectory = "") => ({ type: "git" as const, url: http, branch, rootDirectory });

export async function site(bench: Bench, files: Files, dress: (folder: string) => Promise<unknown> = async () => {}, { submodules, lfs, ...options }: DeployOptions & { submodules?: true; lfs?: true } = {}): Promise<Deployed> {
  const repository = await bench.repository(files);
  await dress(repository.folder);
  await repository.commit({}, "Dressed");
  return bench.deploy({ ...options, config: { source: { ...from(repository, options.shape === "web" ? "" : "site"), submodules, lfs }, ...options.config } });
}

export const warned = ({ ended }: Deployed) => ended.warnings.map(({ code, values }) => `${code} ${String(values.paths)}`).join("; ") || "no warning";

export const sources: Case[] = [
  {
    name: "a link that leaves the repository, in a folder that nothing uses",
    expected: "live, 200",
    short: true,
    async see(bench) {
      const done = await site(bench, { ...page, "rootfs/keep": "" }, (folder) => symlink("/etc/passwd", join(folder, "rootfs", "passwd")));
      return row(done.outcome, (await bench.get(done.hostname)).status);
    },
  },
  {
    name: "the same link in what a Dockerfile copies",
    expected: "live, /etc/hostname as the image has it",
    async see(bench) {
      const done = await site(bench, { ...app, "app.js": `const fs = require("fs"); require("http").createServer((q, r) => r.end(fs.readlinkSync("/app/there"))).listen(process.env.PORT)` }, (folder) => symlink("/etc/hostname", join(folder, "there")), { shape: "web" });
      return row(done.outcome, `${(await bench.get(done.hostname)).body} as the image has it`);
    },
  },
  {
    name: "a link to a folder beside the root directory, inside the repository",
    expected: "live, 200 logo",
    short: true,
    async see(bench) {
      const done = await site(bench, { ...page, "shared/logo.svg": "logo" }, (folder) => symlink("../shared", join(folder, "site", "shared")));
      const { status, body } = await bench.get(done.hostname, "/shared/logo.svg");
      return row(done.outcome, `${status} ${body}`);
    },
  },
  {
    name: "a served link that leaves the repository",
    expected: "SOURCE_ESCAPES, names passwd",
    short: true,
    async see(bench) {
      const done = await site(bench, page, (folder) => symlink("/etc/passwd", join(folder, "site", "passwd")));
      return row(done.outcome, `names ${String(done.ended.problem?.values.path)}`);
    },
  },
  {
    name: "a root directory that is a link out of the repository",
    expected: "SOURCE_ESCAPES",
    async see(bench) {
      const repository = await bench.repository(page);
      await symlink("/etc", join(repository.folder, "out"));
      await repository.commit({}, "Link");
      return (await bench.deploy({ config: { source: from(repository, "out") } })).outcome;
    },
  },
  {
    name: "a Dockerfile that is a link to one beside the root directory",
    expected: "live",
    async see(bench) {
      const repository = await bench.repository({ "docker/app": DOCKERFILE, "web/app.js": ECHO });
      await symlink("../docker/app", join(repository.folder, "web", "Dockerfile"));
      await repository.commit({}, "Link");
      return (await bench.deploy({ shape: "web", config: { source: from(repository, "web") } })).outcome;
    },
  },
  {
    name: "a submodule",
    expected: "live, SOURCE_SUBMODULES_EMPTY site/theme, said in the log",
    short: true,
    async see(bench) {
      const theme = await bench.repository({ "theme.css": "" });
      const done = await site(bench, { ...page, ".gitmodules": `[submodule "theme"]\n\tpath = site/theme\n\turl = ${theme.http}\n` }, (folder) =>
        run(["git", "-C", folder, "-c", "protocol.file.allow=always", "clone", "--quiet", theme.folder, "site/theme"]),
      );
      return row(done.outcome, warned(done), (await bench.logOf(done)).includes("site/theme") ? "said in the log" : "not in the log");
    },
  },
  {
    name: "submodules that are to be fetched, one in another, by address and beside",
    expected: "live, no warning, 200 inner, 200 deep",
    short: true,
    async see(bench) {
      const add = (folder: string, from: string, path: string) => run(["git", "-C", folder, "-c", "protocol.file.allow=always", "clone", "--quiet", from, path]);
      const deep = await bench.repository({ "d.txt": "deep" });
      const theme = await bench.repository({ "t.txt": "inner", ".gitmodules": `[submodule "d"]\n\tpath = d\n\turl = ../${deep.http.split("/").at(-1)}\n` });
      await add(theme.folder, deep.folder, "d");
      await theme.commit({}, "With one");
      const done = await site(
        bench,
        { ...page, ".gitmodules": `[submodule "theme"]\n\tpath = site/theme\n\turl = ${theme.http}\n` },
        (folder) => add(folder, theme.folder, "site/theme"),
        { submodules: true },
      );
      const [inner, deeper] = [await bench.get(done.hostname, "/theme/t.txt"), await bench.get(done.hostname, "/theme/d/d.txt")];
      return row(done.outcome, warned(done), `${inner.status} ${inner.body}`, `${deeper.status} ${deeper.body}`);
    },
  },
  {
    name: "a submodule whose address is a file of this machine",
    expected: "live, SOURCE_SUBMODULES_EMPTY site/theme",
    async see(bench) {
      const theme = await bench.repository({ "t.txt": "inner" });
      const done = await site(
        bench,
        { ...page, ".gitmodules": `[submodule "theme"]\n\tpath = site/theme\n\turl = file://${theme.folder}\n` },
        (folder) => run(["git", "-C", folder, "-c", "protocol.file.allow=always", "clone", "--quiet", theme.folder, "site/theme"]),
        { submodules: true },
      );
      return row(done.outcome, warned(done));
    },
  },
  {
    name: "a file name that is not UTF-8 in what a Dockerfile copies",
    expected: "live, 1 file",
    async see(bench) {
      const code = `const fs = require("fs"); require("http").createServer((q, r) => r.end(String(fs.readdirSync("/app", "latin1").filter((name) => name.startsWith("sm\xF6rg")).length))).listen(process.env.PORT)`;
      const done = await site(bench, { ...app, "app.js": code }, (folder) => writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from("sm\xF6rg\xE5s.txt", "latin1")]), "odd"), { shape: "web" });
      return row(done.outcome, done.outcome === "live" ? `${(await bench.get(done.hostname)).body} file` : done.ended.problem?.message);
    },
  },
  {
    name: "file names and links that are not UTF-8",
    expected: "live, 200 odd, 200 odd",
    short: true,
    async see(bench) {
      const done = await site(bench, page, async (folder) => {
        const place = (name: string) => Buffer.concat([Buffer.from(`${folder}/site/`), Buffer.from(name, "latin1")]);
        await writeFile(place("sm\xF6rg\xE5s.txt"), "odd");
        await symlink(Buffer.from("sm\xF6rg\xE5s.txt", "latin1"), place("l\xE4nk.txt"));
      });
      const [file, link] = [await bench.get(done.hostname, "/sm%F6rg%E5s.txt"), await bench.get(done.hostname, "/l%E4nk.txt")];
      return row(done.outcome, `${file.status} ${file.body}`, `${link.status} ${link.body}`);
    },
  },
  {
    name: "a commit whose subject has 150 kB",
    expected: "live, its sha, its first words",
    short: true,
    async see(bench) {
      const repository = await bench.repository(page);
      await writeFile(join(bench.folder, "subject"), `Long ${"words ".repeat(25_000)}\n`);
      await run(["git", "-C", repository.folder, "-c", "user.name=Ada", "-c", "user.email=a@b.test", "commit", "--quiet", "--allow-empty", "--no-gpg-sign", "-F", join(bench.folder, "subject")]);
      const sha = await run(["git", "-C", repository.folder, "rev-parse", "HEAD"]);
      const done = await bench.deploy({ config: { source: from(repository, "site") } });
      const { commit } = done.ended;
      return row(done.outcome, commit?.sha === sha ? "its sha" : `sha ${commit?.sha.slice(0, 50)}`, commit?.message.startsWith("Long words words") ? "its first words" : `subject ${commit?.message.slice(0, 50)}`);
    },
  },
  {
    name: ".env and .git-credentials beside a site, and .well-known",
    expected: "live, 404, 404, 404, 200 contact",
    short: true,
    async see(bench) {
      const done = await site(bench, { ...page, "site/.env": "KEY=1", "site/.git-credentials": "https://u:p@h", "site/sub/.env": "KEY=2", "site/.well-known/security.txt": "contact" });
      const known = await bench.get(done.hostname, "/.well-known/security.txt");
      const hidden = await Promise.all(["/.env", "/.git-credentials", "/sub/%2Eenv"].map(async (path) => (await bench.get(done.hostname, path)).status));
      return row(done.outcome, ...hidden, `${known.status} ${known.body}`);
    },
  },
  {
    name: "validators of a site over releases",
    expected: "live, 304 for what is the same, 200 for what is new, 200 whatever the date, no date said, 304 after the way back",
    short: true,
    async see(bench) {
      const repository = await bench.repository({ "site/a.txt": "same", "site/b.txt": "one" });
      const first = await bench.deploy({ config: { source: from(repository, "site") } });
      const [a, b] = [await bench.get(first.hostname, "/a.txt"), await bench.get(first.hostname, "/b.txt")];
      await repository.commit({ "site/b.txt": "two" });
      const second = await bench.again(first);
      const asked = (path: string, answer: typeof a) => bench.get(first.hostname, path, { "if-none-match": String(answer.headers.etag) });
      const [same, fresh] = [await asked("/a.txt", a), await asked("/b.txt", b)];
      const dated = await bench.get(first.hostname, "/b.txt", { "if-modified-since": new Date(Date.now() + 86_400_000).toUTCString() });
      await repository.commit({ "site/b.txt": "one" });
      await bench.again(first);
      const back = await asked("/b.txt", b);
      return row(
        second.outcome,
        `${same.status} for what is the same`,
        `${fresh.status} for what is new`,
        `${dated.status} whatever the date`,
        dated.headers["last-modified"] === undefined ? "no date said" : "a date said",
        `${back.status} after the way back`,
      );
    },
  },
];
