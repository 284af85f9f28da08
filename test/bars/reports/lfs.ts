// Files that Git LFS keeps beside a repository: left as pointers, fetched, and from hosts in trouble.
import { join } from "node:path";
import { keepObject, makeTrouble, type LfsTrouble } from "../../world/git/lfs.ts";
import { writeFiles } from "./bench.ts";
import { row, type Case } from "./case.ts";
import { from, page, site, warned } from "./sources.ts";

const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 12345\n`;
const ATTRIBUTES = "*.bin filter=lfs diff=lfs merge=lfs -text\n";
const TROUBLES: [LfsTrouble | "missing", string][] = [
  ["missing", "LFS_OBJECT_MISSING"],
  ["quota", "LFS_LIMITED"],
  ["limited", "LFS_LIMITED"],
  ["private", "LFS_REFUSED"],
  ["wrong", "LFS_FAILED"],
];
/** Commits pointers in their place and keeps the files where the host hands them out from. */
async function keepAll(folder: string, files: Record<string, string | Buffer>): Promise<void> {
  for (const [path, content] of Object.entries(files)) await writeFiles(folder, { [path]: await keepObject(join(folder, ".git"), content) });
}

export const lfs: Case[] = [
  {
    name: "pointers of Git LFS",
    expected: "live, SOURCE_LFS_POINTERS site/model.bin, said in the log",
    short: true,
    async see(bench) {
      const done = await site(bench, { ...page, ".gitattributes": ATTRIBUTES, "site/model.bin": POINTER, "site/small.txt": "version 1\n" });
      return row(done.outcome, warned(done), (await bench.logOf(done)).includes("site/model.bin") ? "said in the log" : "not in the log");
    },
  },
  {
    name: "files of Git LFS that are to be fetched",
    expected: "live, no warning, 200 the model, 200 with 3000000 bytes",
    short: true,
    async see(bench) {
      const large = Buffer.alloc(3_000_000, "large");
      const done = await site(bench, { ...page, ".gitattributes": ATTRIBUTES }, (folder) => keepAll(folder, { "site/model.bin": "the model", "site/sub/large \u00FC.bin": large }), { lfs: true });
      const [model, other] = [await bench.get(done.hostname, "/model.bin"), await bench.get(done.hostname, "/sub/large%20%C3%BC.bin")];
      return row(done.outcome, warned(done), `${model.status} ${model.body}`, `${other.status} with ${other.body.length} bytes`);
    },
  },
  {
    name: "the same of a private repository over SSH, whose host names where they are and a password for them",
    expected: "live, no warning, 200 the model",
    async see(bench) {
      const repository = await bench.repository({ ...page, ".gitattributes": ATTRIBUTES }, { private: true });
      await keepAll(repository.folder, { "site/model.bin": "the model" });
      await repository.commit({}, "Dressed");
      await bench.holdGitKey();
      const done = await bench.deploy({ config: { source: { ...from(repository, "site"), url: repository.ssh, lfs: true } } });
      const { status, body } = await bench.get(done.hostname, "/model.bin");
      return row(done.outcome, warned(done), `${status} ${body}`);
    },
  },
  ...TROUBLES.map(([trouble, expected]): Case => ({
    name: `files of Git LFS whose host is in trouble: ${trouble}`,
    expected: `${expected}, what was live before is live`,
    async see(bench) {
      const repository = await bench.repository({ ...page, ".gitattributes": ATTRIBUTES });
      const first = await bench.deploy({ config: { source: { ...from(repository, "site"), lfs: true } } });
      await keepAll(repository.folder, { "site/model.bin": "the model" });
      await repository.commit(trouble === "missing" ? { "site/gone.bin": POINTER } : {}, "Dressed");
      if (trouble !== "missing") await makeTrouble(join(repository.folder, ".git"), trouble);
      const again = await bench.again(first);
      const { status, body } = await bench.get(first.hostname);
      return row(again.outcome, `${status} ${body}` === "200 hello" ? "what was live before is live" : status);
    },
  })),
];
