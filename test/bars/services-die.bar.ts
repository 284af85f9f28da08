// The services' process dies five times under a window: it comes back by itself, nothing is lost or told twice, and after that a button does it.
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createWebHost } from "../../src/web/host.ts";
import { startSshd } from "../contract/sshd.ts";
import { launchBrowser, openWindow } from "../e2e/browser.ts";
import { createHands } from "../e2e/hands.ts";
import { buildParts, purgeLocal } from "../e2e/real.ts";
import { partsDir } from "../world/cache.ts";
import { ownedFolder } from "../world/folder.ts";
import { freePort } from "../world/git/server.ts";
import { until } from "../world/wait.ts";
import { bar, type BarContext } from "./frame.ts";
import { standIn } from "./services-die/preload.ts";
import { createTypist } from "./services-die/typist.ts";
import { openClient, startServices } from "./services-die/services.ts";
import { createChecks } from "./tunnel/checks.ts";

/** Milliseconds in which a window has to have its services again. */
const BACK = 2000;
const MASTER = "a passphrase for the file";

export default bar({
  name: "services-die",
  minutes: 6,
  async run(context) {
    const { short, say, cleanup, signal } = context;
    const checks = createChecks(say);
    const { env, start, folder, window, signIns, sshd } = await setUp(context);
    const services = startServices({ start, env });
    cleanup(services.close);
    await services.started;
    const { client, close } = openClient(services);
    cleanup(close);

    // A server whose key opens with a passphrase that the sealed file keeps.
    await client.secrets.keepInFile({ passphrase: MASTER });
    const answers = answerPrompts(client, { secret: sshd.passphrase });
    const { id: far } = await client.servers.add({ name: "far", user: sshd.user, address: sshd.address, port: sshd.port, auth: { type: "key", path: sshd.lockedKeyPath } });
    await until("a sign-in", async () => (await signIns()) > 0, { within: 120_000 });
    await until("what is kept", async () => (await client.secrets.status({})).file?.entries === 1, { within: 120_000 });
    answers.stop();
    const { id: near } = await client.servers.addLocal({});
    await until("this machine as a server", async () => (await client.servers.list({})).find(({ id }) => id === near)?.connection.state === "ready", { within: 120_000 });

    const browser = await launchBrowser();
    cleanup(() => browser.close());
    const host = await createWebHost({ router: {}, folder: window });
    cleanup(host.close);
    // So high that the shell's lines of a minute are in sight: a busy machine takes seconds for new services.
    const { page, errors } = await openWindow(browser, "about:blank", { size: { width: 1280, height: 2400 } });
    const preload = await standIn(page, services);
    await page.goto(host.url.replace(/#.*/, ""));
    const hands = createHands(page, { patience: 120_000 });
    const typist = createTypist(page);
    await hands.seeRole("button", / · Ready/);
    await hands.press("Alt+2");
    await hands.seeRole("heading", "No project yet");
    await hands.press("Shift+T");
    await typist.begin(join(folder, "stop"));

    const back: number[] = [];
    const seams: unknown[] = [];
    /** A window's services: dead, alive, answering. */
    async function die(after?: () => Promise<unknown>): Promise<void> {
      const before = preload.ports();
      const at = await typist.newest();
      const begun = performance.now();
      await services.kill();
      await after?.();
      await until("an answer of new services", async () => preload.ports() > before && (await client.app.info({})), { within: 120_000, every: 5 });
      back.push(Math.round(performance.now() - begun));
      seams.push(await typist.seam(at));
    }

    const kills = short ? 2 : 5;
    const made: string[] = [];
    for (let kill = 1; kill <= kills; kill += 1) {
      signal.throwIfAborted();
      // An act that is on its way when they die is done once, or not at all; asked again, it is done once.
      const name = `made-${kill}`;
      const act = () => client.agent.projects.create({ name }, { context: { serverId: near } });
      const onItsWay = act().then(() => "done", () => "refused");
      await die();
      await until("this machine again", async () => (await client.servers.list({})).find(({ id }) => id === near)?.connection.state === "ready", { within: 120_000, every: 20 });
      const first = await onItsWay;
      const again = await act().then(() => "done", ({ code }: { code?: string }) => code ?? "refused");
      made.push(`${first}, ${again}`);
      if (kill === 1 || !short) await askedAgain(kill);
    }
    if (short) say(`      new services after ${back.join(", ")} ms`);
    else checks.check(`new services after ${back.join(", ")} ms, all within ${BACK}`, back.filter((each) => each > BACK), []);
    checks.check("lines of the shell around each death: lost or told twice", seams, seams.map(() => "none"));
    const names = (await client.agent.projects.list({}, { context: { serverId: near } })).map(({ name }) => name).sort();
    checks.check(`acts on their way (${made.join("; ")}), done`, names, Array.from({ length: kills }, (_, at) => `made-${at + 1}`));
    checks.check("servers, shells", [(await client.servers.list({})).length, (await client.agent.terminals.list({}, { context: { serverId: near } })).length], [2, 1]);

    if (!short) {
      const before = services.starts();
      const at = await typist.newest();
      await services.kill();
      await hands.see(/ended several times in a row/);
      await sleep(1000);
      checks.check("after that it is left to a person", [services.state().state, services.starts() - before], ["stopped", 0]);
      await hands.seeRole("button", /· Not connected/);
      // The shell keeps Tab for itself, and is left backwards.
      await hands.press("Control+Shift+E");
      const button = page.getByRole("button", { name: "Start again" });
      for (let tabs = 0; tabs < 40 && !(await button.evaluate((element) => element === document.activeElement)); tabs += 1) await hands.press("Shift+Tab");
      const begun = performance.now();
      await hands.press("Enter");
      await until("an answer of new services", async () => client.app.info({}), { within: 30_000, every: 5 });
      checks.check("the button's start within", performance.now() - begun < BACK, true);
      await page.getByText(/ended several times in a row/).waitFor({ state: "detached" });
      checks.check("the shell goes on after it", await typist.seam(at), "none");
    }
    await writeFile(join(folder, "stop"), "");
    checks.check("the shell's loop ended by itself", await typist.ended(), true);
    checks.check("complaints in the console", errors, []);
    const { length } = checks.wrong;
    return { ok: length === 0, figure: `services-die: ${back.length} deaths, new services within ${Math.max(...back)} ms (${BACK}); ${length} of all checks wrong` };

    /** The sealed file is closed again: nothing that it keeps is used before its passphrase is given, in the window. */
    async function askedAgain(kill: number): Promise<void> {
      const before = await signIns();
      const state = await until("the far server at rest", async () => {
        const { connection } = (await client.servers.list({})).find(({ id }) => id === far)!;
        return connection.state === "needs-you" || connection.state === "failed" ? connection.state : false;
      }, { within: 120_000, every: 20 });
      checks.check(`after death ${kill}: the file, the far server, sign-ins without asking`, [(await client.secrets.status({})).file?.open, state, (await signIns()) - before], [false, "needs-you", 0]);
      if (kill > 1) return;
      await client.servers.connect({ id: far });
      await page.getByLabel("Master passphrase", { exact: true }).fill(MASTER);
      await page.keyboard.press("Enter");
      await until("the sign-in with what was kept", async () => (await signIns()) > before, { within: 120_000 });
      await page.getByLabel("Master passphrase", { exact: true }).waitFor({ state: "detached" });
    }
  },
});

async function setUp({ cleanup }: BarContext) {
  const folder = await ownedFolder("services-die");
  // Caddy runs as a user of its own and has to get through to its files.
  await chmod(folder, 0o711);
  cleanup(() => rm(folder, { recursive: true, force: true }));
  const parts = await buildParts();
  cleanup(parts.remove);
  const door = join(folder, "sign-ins");
  await writeFile(door, "");
  await mkdir(join(folder, "sshd"));
  // It lets in and does no more: this machine is not to be prepared over SSH.
  const sshd = await startSshd(join(folder, "sshd"), [`ForceCommand echo in >> ${door}`]);
  cleanup(sshd.stop);
  const env = {
    ...process.env,
    HOME: folder,
    DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere",
    AEROPLANE_CONFIG_DIR: join(folder, "config"),
    AEROPLANE_LOCAL_DIR: join(folder, "local"),
    AEROPLANE_CACHE_DIR: partsDir,
    AEROPLANE_HTTP_PORT: String(await freePort("127.0.0.1")),
    AEROPLANE_HTTP_ADDRESS: "127.0.0.1",
  };
  // Threads have one home: that of the process.
  process.env.HOME = folder;
  cleanup(() => purgeLocal(join(folder, "local"), parts.agent));
  const start = { version: "0.2.0", agentBundle: parts.agent, resources: join(import.meta.dirname, "../../resources"), packages: join(import.meta.dirname, "../../node_modules"), folder: join(folder, "config") };
  return { folder, env, start, sshd, window: parts.window, signIns: async () => (await readFile(door, "utf8")).split("\n").length - 1 };
}

/** A person who trusts each host and knows one passphrase. */
function answerPrompts(client: ReturnType<typeof openClient>["client"], { secret }: { secret: string }): { stop: () => void } {
  const ended = new AbortController();
  void (async () => {
    for await (const list of await client.prompts.watch({}, { signal: ended.signal })) {
      for (const { id, type } of list) {
        await client.prompts.answer({ id, answer: type === "host-key" ? { type, accept: true } : type === "secret" ? { type, value: secret, remember: true } : { type: "dismiss" } }).catch(() => {});
      }
    }
  })().catch(() => {});
  return { stop: () => ended.abort() };
}
