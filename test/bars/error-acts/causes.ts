// Codes whose cause is cheap enough to be brought about here: what the product itself answers is looked at. A far end that would
// cost a server of its own is one that answers as such a server does.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { Duplex } from "node:stream";
import { Failure, type ErrorCode, type Problem } from "../../../agent/contract/index.ts";
import { buildFailure } from "../../../agent/src/build/failures.ts";
import { buildImage } from "../../../agent/src/build/image.ts";
import { settleSite } from "../../../agent/src/build/site-files.ts";
import { splitWords } from "../../../agent/src/deploy/words.ts";
import { gitFailure } from "../../../agent/src/git/failures.ts";
import { agentLooks, judgeRights } from "../../../agent/src/host/doctor/agent.ts";
import { buildLooks } from "../../../agent/src/host/doctor/builds.ts";
import { mend } from "../../../agent/src/host/doctor/fixes.ts";
import { judgeKills } from "../../../agent/src/host/doctor/memory.ts";
import { judgeConnections, judgeKernel } from "../../../agent/src/host/doctor/network.ts";
import { judgeForwarding, judgePanels, judgeSystem } from "../../../agent/src/host/doctor/system.ts";
import { chooseSubnet } from "../../../agent/src/network/subnet.ts";
import { readSshd } from "../../../agent/src/people/sshd.ts";
import { createStreams } from "../../../agent/src/raw/streams.ts";
import { createTickets } from "../../../agent/src/raw/tickets.ts";
import { startDocker } from "../../../src/desktop/bootstrap/docker.ts";
import { openFirewall } from "../../../src/desktop/bootstrap/firewall.ts";
import { installPackages } from "../../../src/desktop/bootstrap/packages.ts";
import { sendPart } from "../../../src/desktop/bootstrap/send.ts";
import { addSwap } from "../../../src/desktop/bootstrap/swap.ts";
import type { Way } from "../../../src/desktop/bootstrap/way.ts";
import { createSecrets } from "../../../src/desktop/keychain/acts.ts";
import { overBridge } from "../../../src/desktop/ssh/bridge.ts";

type Told = Problem | null | undefined;
type Cause = (folder: string) => Promise<Told> | Told;

export const causes: Partial<Record<ErrorCode, Cause>> = {
  START_COMMAND_INVALID: () => splitWords("npm start && date") as never,
  GIT_FAILED: () => gitFailure({ url: "https://git.test/a", branch: "main" }, "fatal: the disk of that host is on fire").problem,
  DOCKERFILE_MISSING: (folder) => buildImage({ context: folder, contextName: "the repository's root" } as never) as never,
  BUILDER_MISSING: async (folder) => {
    await writeFile(join(folder, "Dockerfile"), "FROM scratch\n");
    return (await buildImage({ context: folder, contextName: "the repository's root", tmpDir: join(folder, "tmp"), outputFile: join(folder, "out"), labels: {}, tag: "t", builder: { buildx: join(folder, "no-buildx"), stateDir: join(folder, "state") }, signal: AbortSignal.timeout(5000) } as never)) as never;
  },
  BUILD_STEP_FAILED: async () => (await buildFailure({ serviceName: "web", contextName: ".", engineDir: async () => "/", step: { name: "[2/3] COPY a b", error: "failed to compute cache key: \"/a\": not found", lastLines: [] } as never, plain: "", context: "/nonexistent", dockerfile: "/nonexistent" })).problem,
  SITE_TOO_LARGE: async (folder) => {
    await mkdir(join(folder, "site"));
    await writeFile(join(folder, "site", "index.html"), "more than one byte");
    return (await settleSite(join(folder, "site"), { bytes: 1, files: 10 }, AbortSignal.timeout(5000))) as never;
  },
  NO_SUBNET_FREE: () => chooseSubnet([{ first: 0, last: 0xffff_ffff }]) as never,
  RAW_BUSY: async () => {
    const { alone } = createStreams();
    const gone = new AbortController();
    const held = Array.from({ length: 8 }, (_, at) => alone({ id: String(at), holder: { login: "one", personId: null } }, gone.signal, (signal) => new Promise((_, reject) => signal.addEventListener("abort", reject))).catch(() => {}));
    try {
      return (await alone({ id: "ninth", holder: { login: "one", personId: null } }, gone.signal, async () => {})) as never;
    } finally {
      gone.abort();
      await Promise.all(held);
    }
  },
  RAW_TOO_LARGE: () => createTickets({} as never).issue({} as never, { id: "x", purpose: "variables", about: null, size: 2 ** 50, name: "a.env" }) as never,

  AGENT_NOT_ROOT: () => judgeRights(1000).problem,
  AGENT_NOT_AT_BOOT: async () => ((await agentLooks({ core: { config: { startsAtBoot: false } } } as never).find(({ id }) => id === "agent.boot")!.look(AbortSignal.timeout(1000))) as { problem: Problem }).problem,
  OOM_KILLS: () => judgeKills("pgfault 1\noom_kill 2\n").problem,
  KERNEL_LACKS: () => judgeKernel({ forward: "0", overlay: true, cgroups: 2, release: "6.1" }).problem,
  CONNECTIONS_FULL: () => judgeConnections(98, 100).problem,
  SYSTEM_UNTESTED: () => judgeSystem('ID=arch\nPRETTY_NAME="Arch Linux"\n').problem,
  PANEL_FOUND: () => judgePanels(["Coolify"]).problem,
  FORWARDING_OFF: () => judgeForwarding("allowtcpforwarding no\nallowstreamlocalforwarding yes\n", "root").problem,
  BUILDX_OUTDATED: (folder) => lookOfBuilds(folder, "builds.buildx"),
  BUILDKIT_UNAVAILABLE: (folder) => lookOfBuilds(folder, "builds.buildkit"),
  FIX_FAILED: () => mend("names.sync", { names: { sync: () => Promise.reject(new Error("nft: no such table")) } } as never) as never,

  PEOPLE_KEPT_OUT: () => readSshd("pubkeyauthentication no\n", "aeroplane")[0],
  AGENT_AWAY: () => metBy('{"state":"away"}'),
  BRIDGE_BUSY: () => metBy('{"state":"busy","count":4}'),
  BRIDGE_FAILED: () => metBy(null),

  KEYCHAIN_LOCKED: () => createSecrets({ keychain: { system: { unlock: async () => ({ state: "locked" }) } } as never, file: {} as never }).unlock({ passphrase: null }) as never,
  KEYCHAIN_ABSENT: () => createSecrets({ keychain: { system: { prove: async () => ({ state: "absent", why: "there is no session bus." }) } } as never, file: {} as never }).useKeychain() as never,
  PACKAGES_BUSY: () => installed(75),
  PACKAGE_SOURCES_UNREACHABLE: () => installed(76),
  PACKAGES_NOT_INSTALLED: () => installed(100),
  UPLOAD_DAMAGED: async (folder) => {
    await writeFile(join(folder, "caddy.gz"), "packed");
    return (await sendPart(answering(65), { name: "caddy", version: "2.11.4", file: "caddy", sha256: "0" } as never, join(folder, "caddy.gz"), () => {})) as never;
  },
  SWAP_NOT_ADDED: () => addSwap(answering(1), 1024, () => {}) as never,
  DOCKER_NOT_STARTED: () => startDocker(answering(1)) as never,
  FIREWALL_NOT_OPENED: () => openFirewall(answering(1), { firewall: "ufw" } as never) as never,
  SERVER_LACKS: () => installPackages({ address: "a.test" } as never, { apt: false } as never, { docker: "none", welcome: [], needed: ["git"] } as never, () => {}) as never,
};

/** A server on which every program ends like this. */
const answering = (code: number): Way => ({ address: "a.test", run: async () => ended(code), asRoot: async () => ended(code) });
const ended = (code: number) => ({ code, stdout: "", stderr: "as told" }) as never;
const installed = (code: number) => installPackages(answering(code), { apt: true, os: "debian", codename: "trixie" } as never, { docker: "none", welcome: [], needed: ["git"] } as never, () => {}) as never;

/** A program in buildx's place that is old and knows no builder. */
async function lookOfBuilds(folder: string, id: string): Promise<Told> {
  const buildx = join(folder, "buildx");
  await writeFile(buildx, '#!/bin/sh\ncase "$*" in *version*) echo "github.com/docker/buildx v0.1.0 0";; *) echo "ERROR: no builder" >&2; exit 1;; esac\n', { mode: 0o755 });
  const looks = buildLooks({ core: { config: { caddy: "/nonexistent", buildx, dockerSocket: "/nonexistent" }, paths: { tmp: folder } }, docker: {} } as never, {} as never);
  const found = (await looks.find((look) => look.id === id)!.look(AbortSignal.timeout(5000))) as { problem: Problem };
  return found.problem;
}

/** A bridge that says this first; null: it ends at once. */
async function metBy(says: string | null): Promise<Told> {
  const stream = new Duplex({ read() {}, write: (_part, _encoding, done) => done() });
  stream.push(says === null ? null : `Welcome\n==aeroplane-bridge==${says}\n`);
  const way = { openCommand: async () => ({ stream, errors: () => "" }), close: () => {} };
  const transport = overBridge(way as never, { argv: ["bridge"], address: "a.test", user: "ann" });
  try {
    return (await transport.openSocket("/run/agent.sock")) as never;
  } finally {
    transport.close();
  }
}

/** What the cause of a code ends with. */
export async function causeOf(cause: Cause): Promise<Told> {
  const folder = await mkdtemp(join(tmpdir(), "error-acts-"));
  try {
    return await cause(folder);
  } catch (error) {
    if (error instanceof Failure) return error.problem;
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
