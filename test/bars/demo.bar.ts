// A fresh clone, one command: two live sites, and after Ctrl+C nothing of them is left.
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attempt, run } from "../world/command.ts";
import { tryDocker } from "../world/docker.ts";
import { until } from "../world/wait.ts";
import { bar, type BarContext } from "./frame.ts";

const checkout = join(import.meta.dirname, "../..");

export default bar({
  name: "demo",
  minutes: 15,
  run: async (context) => {
    const { short, say, signal } = context;
    const began = Date.now();
    const folder = short ? checkout : await freshClone(context);
    const demo = startDemo(folder, context);
    // Errors in a condition count as "not yet", so an early end is a result.
    const urls = await until("two live sites", () => {
      if (demo.ended() || signal.aborted) return Promise.resolve([]);
      const found = [...demo.said().matchAll(/^Live: (http:\S+)$/gm)].map((match) => match[1]!);
      return Promise.resolve(found.length === 2 && found);
    }, { within: 12 * 60_000, every: 250 });
    if (urls.length === 0) return { ok: false, figure: `demo: it ended before its sites were live: ${demo.said().trim().split("\n").at(-1)}` };
    const seconds = Math.round((Date.now() - began) / 1000);
    const answers = await Promise.all(urls.map(visit));
    for (const [index, { status, release }] of answers.entries()) say(`${urls[index]} answers ${status} from release ${release}`);
    const live = answers.every(({ status, release }) => status === 200 && release !== undefined && demo.said().includes(release)) && answers[0]!.release !== answers[1]!.release;

    const place = await demoFolder(demo.pid);
    // The newest stands first.
    const prefix = /^aeroplane-[0-9a-f]{8}(?=-hello)/m.exec((await tryDocker(["ps", "--format", "{{.Names}}"])).stdout)?.[0];
    const code = await demo.interrupt();
    const left = await leftovers(place, prefix, demo.pid);
    for (const one of left) say(`left behind: ${one}`);
    return { ok: live && (code === 0 || code === "SIGINT" || code === 130) && left.length === 0 && place !== undefined && prefix !== undefined, figure: `demo: ${urls.length} sites live after ${seconds} s${short ? "" : " from a fresh clone"}, ended with ${code}, ${left.length} things left behind` };
  },
});

async function freshClone({ cleanup, say }: BarContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "fresh-clone-"));
  cleanup(() => rm(folder, { recursive: true, force: true }));
  await run(["git", "clone", "--quiet", checkout, folder]);
  say(`cloned into ${folder}`);
  return folder;
}

function startDemo(folder: string, { say, cleanup }: BarContext) {
  let said = "";
  const child = spawn("npm", ["start", "--silent", "--", "--demo"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"], detached: true, env: { ...process.env, FORCE_COLOR: "0" } });
  const ended = new Promise<number | string>((done) => child.once("close", (code, killed) => done(code ?? killed ?? 1)));
  const take = (text: string) => {
    said += text;
    for (const line of text.split("\n").filter(Boolean)) say(`  ${line}`);
  };
  child.stdout.setEncoding("utf8").on("data", take);
  child.stderr.setEncoding("utf8").on("data", take);
  // As Ctrl+C at a terminal: the whole process group at once. npm then ends by that signal itself.
  const interrupt = async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, "SIGINT");
    return ended;
  };
  cleanup(interrupt);
  return { pid: child.pid!, said: () => said, ended: () => child.exitCode !== null || child.signalCode !== null, interrupt };
}

/** Asks by the printed address; names under localhost lead to this machine, as in curl and in browsers. */
function visit(url: string): Promise<{ status: number; release: string | undefined }> {
  const { host, port, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path: pathname, headers: { host } }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode!, release: answer.headers["x-aeroplane-release"] as string | undefined });
    }).on("error", reject).end();
  });
}

/** The place of the demo whose process group this is. */
async function demoFolder(group: number): Promise<string | undefined> {
  for (const name of (await readdir(tmpdir())).filter((entry) => entry.startsWith("aeroplane-demo-"))) {
    const owner = await readFile(join(tmpdir(), name, "owner"), "utf8").catch(() => "");
    const stat = await readFile(`/proc/${owner}/stat`, "utf8").catch(() => "");
    if (Number(/\) \S \d+ (\d+)/.exec(stat)?.[1]) === group) return join(tmpdir(), name);
  }
  return undefined;
}

async function leftovers(place = "/nowhere", prefix = "nothing", group: number): Promise<string[]> {
  const found: string[] = [];
  if ((await readdir(place).catch(() => null)) !== null) found.push(`folder ${place}`);
  for (const pid of (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry))) {
    const command = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ");
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    const ours = command.includes(place) || Number(/\) \S \d+ (\d+)/.exec(stat)?.[1]) === group;
    if (ours) found.push(`process ${pid} ${command}`);
  }
  const listed = async (kind: string, argv: string[]) => {
    const { stdout } = await tryDocker(argv);
    for (const line of stdout.split("\n")) if (line.includes(prefix)) found.push(`${kind} ${line}`);
  };
  await listed("container", ["ps", "--all", "--format", "{{.Names}}"]);
  await listed("network", ["network", "ls", "--format", "{{.Name}}"]);
  await listed("image", ["images", "--format", "{{.Repository}}:{{.Tag}}"]);
  const tables = await attempt(["nft", "list", "tables"]).catch(() => ({ stdout: "" }));
  if (tables.stdout.includes(prefix.replace("-", "_"))) found.push(`nftables table ${prefix}`);
  return found;
}
