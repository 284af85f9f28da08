// Secrets are in the keychain, in a sealed file or nowhere: with a real gnome-keyring, a locked one, a hung one and none, and a search of everything the run leaves.
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { startSshd } from "../contract/sshd.ts";
import { buildAgent } from "../../scripts/build-agent.mjs";
import { buildWindow } from "../e2e/fixture/window.ts";
import { purgeLocal } from "../e2e/real.ts";
import { partsDir } from "../world/cache.ts";
import { ownedFolder } from "../world/folder.ts";
import { freePort } from "../world/git/server.ts";
import { bar, type BarContext } from "./frame.ts";
import { canary, found, type Canary } from "./keychain/canary.ts";
import { hostPids, startHost, type Host, type Recorder } from "./keychain/host.ts";
import { hasKeyring, startSessionBus } from "./keychain/session-bus.ts";
import { absent, hung, locked, sealed, startedAnew, works, type Secrets, type Stage } from "./keychain/stages.ts";
import { inAWindow } from "./keychain/in-a-window.ts";
import { byPassword } from "./keychain/whole.ts";
import { searchFiles, watchProcesses } from "./keychain/traces.ts";
import { createChecks, type Checks } from "./tunnel/checks.ts";

/** The last is the login of a whole server. */
const names = ["passphrase", "wrong", "master", "second", "third", "variable", "password"] as const;

export default bar({
  name: "keychain",
  minutes: 20,
  run: async (context) => {
    if (!hasKeyring) return { ok: false, figure: "keychain: gnome-keyring, dbus-daemon and gdbus are needed" };
    const checks = createChecks(context.say);
    const used = context.short ? names.slice(0, -1) : names;
    const secrets = Object.fromEntries(used.map((name) => [name, canary(name)])) as Secrets;
    const home = await ownedFolder("keychain");
    await chmod(home, 0o711);
    context.cleanup(() => rm(home, { recursive: true, force: true }));
    const recorder: Recorder = { frames: [], output: [] };
    const processes = watchProcesses(hostPids);
    context.cleanup(processes.stop);
    const stage = await setUp(context, home, checks, secrets, recorder);

    let files = 0;
    for (const act of [works, locked, hung, absent, sealed, ...(context.short ? [] : [startedAnew, inAWindow, byPassword])]) {
      context.say(`-- ${act.name}`);
      await act(stage);
      // At the end of each stage: what is kept now is gone in the next one.
      const searched = await searchFiles([home], Object.values(secrets));
      files += searched.files;
      checks.check(`secrets in ${searched.files} files`, searched.hits, []);
    }
    await processes.stop();
    const told = [...recorder.frames, ...recorder.output];
    checks.check(`secrets in ${recorder.frames.length} messages to the window and in what was printed`, found(Buffer.concat(told), Object.values(secrets)), []);
    checks.check(`secrets in arguments and environments of ${processes.seen.size} looks`, [...processes.seen].flatMap(([what, bytes]) => found(bytes, Object.values(secrets)).map((hit) => `${hit} in ${what.slice(0, 200)}`)), []);
    await canBeFound(checks, home, recorder, [...processes.seen.values()]);
    const { length } = checks.wrong;
    return { ok: length === 0, figure: `keychain: works, locked, hung, absent and sealed each as they should; ${used.length} secrets in 0 of ${files} files, ${recorder.frames.length} messages, ${processes.seen.size} arguments and environments; ${length} of all checks wrong` };
  },
});

async function setUp(context: BarContext, home: string, checks: Checks, secrets: Secrets, recorder: Recorder): Promise<Stage> {
  const { cleanup } = context;
  const { outfile: agentBundle } = await buildAgent({ outfile: join(home, "agent", "agent.mjs") });
  const window = context.short ? undefined : await buildWindow();
  const bus = await startSessionBus(home);
  cleanup(bus.stop);
  const sshdFolder = join(home, "sshd");
  await mkdir(sshdFolder);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", secrets.passphrase.value, "-C", "locked", "-f", join(sshdFolder, "locked")]);
  // It lets in and does no more: this machine is not to be prepared.
  const door = join(home, "sign-ins");
  await writeFile(door, "");
  const sshd = await startSshd(sshdFolder, [`ForceCommand echo in >> ${door}`]);
  cleanup(sshd.stop);
  for (const name of ["tmp", "cache", "local"]) await mkdir(join(home, name), { mode: 0o711 });
  // The program starts a dozen times: read once, outside of what is searched, for it holds the program alone.
  const compiled = await ownedFolder("compiled");
  cleanup(() => rm(compiled, { recursive: true, force: true }));
  const env = {
    ...bus.env,
    NODE_COMPILE_CACHE: compiled,
    TMPDIR: join(home, "tmp"),
    AEROPLANE_CONFIG_DIR: join(home, "config"),
    AEROPLANE_CACHE_DIR: partsDir,
    AEROPLANE_LOCAL_DIR: join(home, "local"),
    AEROPLANE_HTTP_PORT: String(await freePort("127.0.0.1")),
    AEROPLANE_HTTP_ADDRESS: "127.0.0.1",
    AEROPLANE_RENDERER_DIR: window?.folder ?? join(home, "no-window"),
    AEROPLANE_AGENT_BUNDLE: agentBundle,
  };
  let host: Host | undefined;
  cleanup(async () => {
    await host?.stop();
    await purgeLocal(join(home, "local"), agentBundle);
  });
  return {
    context,
    checks,
    bus,
    secrets,
    configDir: env.AEROPLANE_CONFIG_DIR,
    login: { user: sshd.user, address: sshd.address, port: sshd.port, auth: { type: "key", path: sshd.lockedKeyPath } },
    id: "",
    home,
    frames: recorder.frames,
    signIns: async () => (await readFile(door, "utf8")).split("\n").length - 1,
    async open({ bus: withBus }) {
      await host?.stop();
      host = await startHost(withBus ? env : { ...env, DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere" }, recorder);
      return host;
    },
  };
}

/** The search itself is put to the test: what is no secret is found everywhere, and a secret in every wrapping. */
async function canBeFound(checks: Checks, home: string, recorder: Recorder, seen: Buffer[]): Promise<void> {
  const marker: Canary = { name: "marker", value: "visible-marker", forms: new Map([["plain", Buffer.from("visible-marker")]]) };
  const files = await searchFiles([join(home, "config")], [marker]);
  checks.check("the server's name is found where it may be", [files.hits.length > 0, found(Buffer.concat(recorder.frames), [marker]).length, seen.some((bytes) => bytes.includes("AEROPLANE_CONFIG_DIR")), seen.some((bytes) => bytes.includes("\0serve\0--data-dir")), Buffer.concat(recorder.output).includes("Aeroplane:")], [true, 1, true, true, true]);
  const planted = canary("planted");
  const texts = [planted.value, JSON.stringify({ a: planted.value }), encodeURIComponent(planted.value), ...(["base64", "base64url", "hex"] as const).map((form) => Buffer.from(planted.value).toString(form)), Buffer.from(JSON.stringify([planted.value])).toString("base64")];
  checks.check("a secret is found in every wrapping", texts.map((text) => found(Buffer.from(text), [planted]).length > 0), texts.map(() => true));
}
