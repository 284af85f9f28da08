import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { restartUnderLoad } from "../../../../test/bars/edge-speed/restart.ts";
import { newestCaddy, whyNoBuiltCaddy, builtCaddy } from "../../../../test/world/caddy.ts";
import { caddyBin } from "../../../../test/world/parts.ts";
import { accountsOf } from "../../sandbox/index.ts";
import { createCaddy, type Caddy } from "../index.ts";
import { deriveConfig } from "../config.ts";
import { prepareFolders } from "../folders.ts";
import { holdNewConnections } from "./hold-new.ts";
import { launcherFile, launcherText } from "./launcher.ts";
import { whatStarted, type Started } from "./started.ts";

const account = accountsOf("0198c0de-0000-7000-8000-000000000003")?.caddy ?? null;
const root = process.getuid?.() === 0;
let dataDir = "";
let bin = "";
let otherBin: string | null = null;
let httpPort = 0;
let made: Caddy[] = [];
let app: Server;

const place = (program = bin) => ({ dataDir, bin: program, httpAddress: "127.0.0.1", httpPort, account, unit: null });
function caddyOf(program = bin): Caddy {
  const caddy = createCaddy(place(program));
  made.push(caddy);
  return caddy;
}

beforeAll(async () => {
  bin = await caddyBin();
  // On a new machine it is built first, which takes longer than a test may.
  if (!whyNoBuiltCaddy(newestCaddy)) otherBin = await builtCaddy(newestCaddy);
}, 1_200_000);

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "aeroplane-keeper-"));
  await chmod(dataDir, 0o755);
  app = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => setTimeout(() => response.end(`here ${body}`), request.url === "/slow" ? 1000 : 0));
  });
  httpPort = await listening(createServer(), true);
  await listening(app);
});

afterEach(async () => {
  for (const caddy of made) await caddy.stop();
  made = [];
  app.closeAllConnections();
  app.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function listening(server: Server, andClose = false): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  if (andClose) await new Promise((resolve) => server.close(resolve));
  return port;
}

async function routed(caddy: Caddy): Promise<void> {
  const { port } = app.address() as AddressInfo;
  await caddy.sync([{ serviceId: "s", hostnames: ["a.test"], target: { type: "app", addresses: ["127.0.0.1"], port, releaseId: "r1" } }]);
}

/** A new connection; its answer, or how it failed. */
function visit(address = "127.0.0.1"): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(httpPort, address, () => socket.write("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n"));
    socket.on("data", (part: Buffer) => (text += part.toString()));
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
    socket.on("end", () => resolve(text.split("\r\n\r\n")[1]?.trim() ?? ""));
  });
}

const running = async (): Promise<Started> => (await whatStarted(dataDir))!;
const holderPid = () => Number.parseInt(readFileSync(join(dataDir, "caddy", "holder"), "utf8").split("\n")[1]!, 10);
const lives = (pid: number) => existsSync(`/proc/${pid}`);

test("no new connection fails while Caddy is restarted, and replaced by another version of itself", async () => {
  const caddy = caddyOf();
  await caddy.ensure();
  await routed(caddy);
  const other = otherBin ?? (await copyOf(bin));
  const load = { address: "127.0.0.1", port: httpPort, hostname: "a.test", rate: 200, path: "/", echoPath: "/", slowPath: "/slow", slowEvery: 40, timeoutSeconds: 60 };
  const result = await restartUnderLoad({ load, caddyOf, bin, otherBin: other, restarts: 2, rest: 1.5 }, () => {});
  expect(result, JSON.stringify(result)).toMatchObject({ failedNew: 0 });
  expect(result.sent).toBeGreaterThan(1000);
});

async function copyOf(program: string): Promise<string> {
  const path = join(dataDir, "other-caddy");
  await writeFile(path, await readFile(program), { mode: 0o755 });
  return path;
}

test.skipIf(!root)("new connections stay held until what came before them has been read, however busy the machine is", async () => {
  const busy = createTcpServer({ pauseOnConnect: true });
  await new Promise<void>((resolve) => busy.listen(httpPort, "127.0.0.1", resolve));
  const accepted = new Promise<Socket>((resolve) => busy.once("connection", resolve));
  const visitor = connect(httpPort, "127.0.0.1", () => visitor.write("GET / HTTP/1.1\r\n"));
  const waiting = await accepted;
  await expect.poll(() => waiting.bytesRead + visitor.bytesWritten).toBeGreaterThan(0);
  let isRead = false;
  setTimeout(() => (isRead = waiting.resume() === waiting), 400);
  const held = await holdNewConnections(httpPort);
  expect(isRead).toBe(true);
  await held?.end();
  visitor.destroy();
  busy.close();
});

test("Caddy has no right that it does not need, and nobody else can share its port", async () => {
  const caddy = caddyOf();
  await caddy.ensure();
  const { pid, http } = await running();
  expect(http).toBe("fd/3");
  if (root) for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) expect(readFileSync(`/proc/${pid}/status`, "utf8")).toMatch(new RegExp(`^${set}:\\t0+$`, "m"));
  const sharing = createServer();
  const refused = new Promise((resolve) => sharing.once("error", (error: NodeJS.ErrnoException) => resolve(error.code)));
  sharing.listen({ host: "127.0.0.1", port: httpPort, reusePort: true });
  expect(await refused).toBe("EADDRINUSE");
  expect(await caddy.portKept()).toBe(true);
});

test("a Caddy that is killed comes again by itself, and visitors wait for it", async () => {
  const caddy = caddyOf();
  await caddy.ensure();
  await routed(caddy);
  const { pid } = await running();
  process.kill(pid, "SIGKILL");
  expect(await visit()).toBe("here");
  expect((await running()).pid).not.toBe(pid);
});

test("what keeps the port is found again by another agent, and made anew where it was killed", async () => {
  await caddyOf().ensure();
  const [first, holder] = [await running(), holderPid()];
  const later = caddyOf();
  await later.ensure();
  expect([await running(), holderPid()]).toEqual([first, holder]);
  await routed(later);
  process.kill(holder, "SIGKILL");
  await expect.poll(() => lives(holder)).toBe(false);
  expect([await visit(), await later.portKept()]).toEqual(["here", false]);
  await caddyOf().ensure();
  expect([await visit(), await later.portKept(), (await running()).pid === first.pid]).toEqual(["here", true, false]);
});

test("a Caddy that has its port itself, as older agents started it, is brought over without a failed connection", async () => {
  const folder = join(dataDir, "caddy");
  await prepareFolders(dataDir, account);
  const config = deriveConfig({ ...place(), known: [], endsQuiet: false, trusted: [] }) as { apps: { http: { servers: { public: { listen: string[] } } } } };
  config.apps.http.servers.public.listen = [`127.0.0.1:${httpPort}`];
  await writeFile(join(folder, "old.json"), JSON.stringify(config));
  const identity = account ? ["setpriv", `--reuid=${account.uid}`, `--regid=${account.gid}`, "--clear-groups"] : ["env"];
  const old = spawn(identity[0]!, [...identity.slice(1), bin, "run", "--config", join(folder, "old.json")], { stdio: "ignore", env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: join(folder, "run") } });
  const ended = new Promise((resolve) => old.once("exit", resolve));
  await expect.poll(() => visit()).not.toBe("ECONNREFUSED");
  const seen = new Set<string>();
  let over = false;
  const visitors = Array.from({ length: 4 }, async () => {
    while (!over) {
      seen.add((await visit()).slice(0, 8));
      await sleep(5);
    }
  });
  const caddy = caddyOf();
  await routed(caddy);
  await caddy.ensure();
  await ended;
  await expect.poll(() => visit()).toBe("here");
  over = true;
  await Promise.all(visitors);
  // Without root nothing can be held, and a moment without a listener is seen.
  if (root) expect([...seen].filter((answer) => /^E[A-Z]/.test(answer))).toEqual([]);
  expect([await caddy.portKept(), (await running()).http]).toEqual([true, "fd/3"]);
});

test("all addresses are IPv6's too, as Caddy itself opens them", async () => {
  const caddy = createCaddy({ ...place(), httpAddress: "0.0.0.0" });
  made.push(caddy);
  await caddy.ensure();
  await routed(caddy);
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []).filter(({ internal }) => internal).map(({ address }) => address);
  for (const address of ["127.0.0.1", ...(addresses.includes("::1") ? ["::1"] : [])]) expect([address, await visit(address)]).toEqual([address, "here"]);
});

test("its end frees the port and leaves no process", async () => {
  const caddy = caddyOf();
  await caddy.ensure();
  const [{ pid }, holder] = [await running(), holderPid()];
  await caddy.stop();
  expect([lives(pid), lives(holder), await visit()]).toEqual([false, false, "ECONNREFUSED"]);
});

test("the launcher finds its socket by name, whatever else it is handed, and binds by itself where it is handed none", async () => {
  await mkdir(join(dataDir, "caddy"));
  await writeFile(launcherFile(dataDir), launcherText(place("/bin/true")), { mode: 0o700 });
  const launched = async (env: Record<string, string>) => {
    const { status } = spawnSync(launcherFile(dataDir), { env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", ...env } });
    return [status, (await readFile(join(dataDir, "caddy", "started"), "utf8")).split("\n").slice(2, 4)];
  };
  expect([
    await launched({}),
    await launched({ LISTEN_FDS: "1", LISTEN_FDNAMES: "http" }),
    await launched({ LISTEN_FDS: "3", LISTEN_FDNAMES: "quic:https:http" }),
    await launched({ LISTEN_FDS: "1", LISTEN_FDNAMES: "other" }),
  ]).toEqual([
    [0, [`127.0.0.1:${httpPort}`, "/bin/true"]],
    [0, ["fd/3", "/bin/true"]],
    [0, ["fd/5", "/bin/true"]],
    [0, [`127.0.0.1:${httpPort}`, "/bin/true"]],
  ]);
});

test.skipIf(!root)("new connections are held, not refused, and go on when the hold ends", async () => {
  const target = createServer((_, response) => void response.end("here"));
  httpPort = await listening(target);
  const held = await holdNewConnections(httpPort);
  if (held === null) return;
  const visited = visit();
  expect(await Promise.race([visited, sleep(300, "waits")])).toBe("waits");
  await held.end();
  expect(await visited).toBe("here");
  target.close();
});
