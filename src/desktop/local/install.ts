import { spawn } from "node:child_process";
import { fail, Failure, toProblem, type Problem } from "@aeroplane/agent/contract";
import { createLive } from "../live/live.ts";
import { fetchPart } from "../parts/fetch.ts";
import { checkLocal, localArch, missingPackages, type PartPlaces } from "./check.ts";
import { hasApt, isRoot, systemHere } from "./commands.ts";
import { whyNoDocker } from "./docker-state.ts";
import { dockerHere, startDocker } from "./docker.ts";

export type InstallBatch = { lines: string[]; ended: boolean; problem: Problem | null };
type State = { lines: readonly string[]; ended: boolean; problem: Problem | null };

/** One installation at a time: a second click, or a second window, watches the first one. */
export function createInstaller(places: PartPlaces) {
  let running: ReturnType<typeof createLive<State>> | undefined;

  /** Leaving does not stop it: a package manager that is cut off half-way leaves a mess behind. */
  async function* install(signal?: AbortSignal): AsyncGenerator<InstallBatch> {
    const state = (running ??= begin());
    let shown = 0;
    for await (const now of state.watch(signal)) {
      yield { lines: now.lines.slice(shown), ended: now.ended, problem: now.problem };
      shown = now.lines.length;
      if (now.ended) return;
    }
  }

  function begin() {
    const state = createLive<State>({ lines: [], ended: false, problem: null });
    const say = (line: string) => state.update((now) => ({ ...now, lines: [...now.lines, line] }));
    installMissing({ ...places, say })
      .then(() => null, toProblem)
      .then((problem) => {
        running = undefined;
        state.update((now) => ({ ...now, ended: true, problem }));
      });
    return state;
  }

  return { install };
}

export async function installMissing({ say, ...places }: PartPlaces & { say: (line: string) => void }): Promise<{ dockerPid: number | null }> {
  const arch = localArch();
  const { requirements } = await checkLocal(places);
  if (!arch || requirements.length === 0) throw fail("SERVER_UNSUPPORTED", { address: "This machine", why: "only Linux on x64 or arm64 can run services" });
  const packages = missingPackages(requirements);
  if (packages.length > 0) await installPackages(packages, say);
  const dockerPid = await ensureDocker(say);
  for (const name of ["node", "caddy", "buildx"] as const) {
    if (requirements.some((one) => one.name === name && one.found)) continue;
    say(`Fetching ${name}`);
    const part = await fetchPart(name, arch, places).catch((error: Error) => {
      throw fail("PART_UNAVAILABLE", { part: name, why: error.message.replace(/\.$/, "") }, { cause: error });
    });
    say(`${name} ${part.version} is in place`);
  }
  return { dockerPid };
}

async function installPackages(packages: readonly string[], say: (line: string) => void): Promise<void> {
  const commands = `apt-get update; apt-get install --yes ${packages.join(" ")}`;
  if (!isRoot() || !hasApt()) throw fail("SERVER_LACKS", { address: "This machine", what: packages.join(", "), commands });
  const options = ["-o", "DPkg::Lock::Timeout=400", "-q"];
  await run(["apt-get", ...options, "update"], say);
  await run(["apt-get", ...options, "--yes", "--no-install-recommends", "install", ...packages], say);
}

async function ensureDocker(say: (line: string) => void): Promise<number | null> {
  const found = await dockerHere();
  if (found.state === "answers") return null;
  // Another's daemon is nothing to start, and a login that is not root could not.
  if (found.state !== "stopped" || !isRoot()) throw new Failure(whyNoDocker(found, systemHere()));
  say("Starting Docker");
  try {
    return (await startDocker()).pid;
  } catch (error) {
    throw fail("DOCKER_UNAVAILABLE", { why: (error as Error).message }, { cause: error });
  }
}

/** dpkg counts to a hundred in lines of its own. */
function isWorthReading(line: string): boolean {
  return line !== "" && !/^\(Reading database \.\.\. \d+%$/.test(line);
}

function run([program, ...args]: string[], say: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    say(`$ ${program} ${args.join(" ")}`);
    const child = spawn(program!, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C.UTF-8" } });
    const last: string[] = [];
    const listen = (stream: NodeJS.ReadableStream) => {
      let rest = "";
      stream.setEncoding("utf8").on("data", (text: string) => {
        const lines = (rest + text).split(/\r?\n|\r/);
        rest = (lines.pop() ?? "").slice(-64 * 1024);
        for (const line of lines.filter(isWorthReading)) {
          say(line);
          last.push(line);
          if (last.length > 20) last.shift();
        }
      });
    };
    listen(child.stdout);
    listen(child.stderr);
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) return resolve();
      reject(fail("SERVER_LACKS", { address: "This machine", what: `what ${program} should install (exit code ${code})`, commands: [program, ...args].join(" ") }, { detail: last.join("\n") }));
    });
  });
}
