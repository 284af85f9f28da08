// Names of all effects that the agent's sources raise, so that one that no story reaches is told.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { filesOf, syncFilesOf } from "../../../agent/src/effects/index.ts";

/** Effects that belong to no job and to no repair, each with its reason. */
const OUTSIDE: Record<string, string> = {
  "people.": "a person's key is changed by a call that is over with it, and the file is replaced as a whole",
  "store.suppose": "what a call only looks at is taken back by the call: bar staged dies around it",
  "terminal.": "a shell ends with whoever opened it",
  "docker.exec.": "as terminal",
  "caddy.unit.": "where systemd holds the port: bars of servers",
  "caddy.port.": "as caddy.unit",
  "caddy.hold.": "as caddy.unit",
  "caddy.slot.": "no job holds requests yet: bar hold, and tests beside the slots",
  "caddy.process.signal": "a Caddy is ended where it is upgraded or removed: bars upgrade and zero-failed",
  "caddy.holder.forget": "as caddy.process.signal",
  "caddy.admin": "as caddy.process.signal",
  "child.output.": "only where the kernel refuses a namespace that it gave a moment before; run.test",
  "docker.build.prune": "a person empties the build cache; what a cleanup takes of it has bar cleanup",
  "cleanup.leftover.": "only where an earlier life left something of a job that has ended",
  "docker.container.kill": "only where a disk is nearly full: bar limits",
  "docker.image.pull": "the images of the stories are there; bad-releases and crash pull",
  "job.log.rm": "the oldest logs go by the newest job's end; retention has its tests",
  "git.source.write": "reached where files of Git LFS are fetched",
  "git.source.chmod": "as git.source.write",
  "network.doors.": "no service of these stories has a port of the server; each pass of the loop makes its rules anew",
  "docker.volume.remove": "no app of these stories has volumes; volume tests kill between commit and removal",
  "volume.upload.": "an upload is sent anew after a crash, and what was left of it is swept: upload.test",
  "volume.manifest.": "what a tar would have held is no longer so: the next request is told, whatever stands there",
  "docker.volume.create": "no service of these stories has a volume: bar volumes kills around it",
  "volume.": "as docker.volume.create, while it takes in what an image kept",
  "raw.": "a download is copied by a call that is over with it; what a crash leaves is swept, and bar raw-lane cuts it",
  "log.archive.": "reached where an app has said something",
  "log.copy.": "a copy of what Docker has is of one life of the agent and made anew in the next, which clears what was left: copies.test",
  "log.index.": "found out again from its file where it is missing or torn",
};

const SOURCES = join(import.meta.dirname, "../../../agent/src");
const files = () => readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts") && !/\.(test|fixture)\.ts$|^effects\//.test(name));

/** What `filesOf(adapter)` names its functions, asked of it: each tells its effect's name to whoever watches. */
const actOf = (name: string): string => name.replace(/Sync$/, "").replace(/^openToWrite$/, "open").replace(/(?<=append|copy|write)File$/, "");

/** Whole names, and beginnings of those that are put together where they are raised ("child."). */
export function effectNames(): string[] {
  const known = new Set([...Object.keys(filesOf("x")), ...Object.keys(syncFilesOf("x"))]);
  return [...new Set(files().flatMap((name) => namesIn(readFileSync(join(SOURCES, name), "utf8"), known)))].toSorted();
}

function namesIn(text: string, known: ReadonlySet<string>): string[] {
  const raised = [...text.matchAll(/\beffect\(\s*["`]([a-z][^"`$]*)/g)].map(([, name]) => name!);
  const asked = [...text.matchAll(/^\s*change\("[A-Z]+", \S+, "([\w.]+)"/gm)].map(([, name]) => `docker.${name}`);
  const changed = [...text.matchAll(/const \{([^}]+)\} = (?:sync)?[fF]ilesOf\("([\w.]+)"\)/g)].flatMap(([, functions, adapter]) =>
    functions!.split(",").map((one) => one.split(":")[0]!.trim()).filter((one) => known.has(one)).map((one) => `${adapter}.${actOf(one)}`),
  );
  return [...raised, ...asked, ...changed];
}

/** Those of `names` that none of the points reached is of. */
export function unreached(names: readonly string[], points: Iterable<string>): string[] {
  const reached = [...points];
  const isReached = (name: string) => reached.some((point) => point === `${name}.before` || (/\.$|^caddy\.admin$/.test(name) && point.startsWith(name)));
  return names.filter((name) => !isReached(name) && !Object.keys(OUTSIDE).some((outside) => name.startsWith(outside)));
}
