// One stage for each way in which a computer keeps secrets, or does not.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Failure } from "../../../agent/contract/index.ts";
import type { Answer } from "../../../src/contract/index.ts";
import { until } from "../../world/wait.ts";
import type { BarContext } from "../frame.ts";
import type { Checks } from "../tunnel/checks.ts";
import type { Canary } from "./canary.ts";
import type { Host } from "./host.ts";
import type { SessionBus } from "./session-bus.ts";

export type Secrets = Record<"passphrase" | "wrong" | "master" | "second" | "third" | "variable" | "password", Canary>;
export type Stage = {
  context: BarContext;
  checks: Checks;
  bus: SessionBus;
  secrets: Secrets;
  configDir: string;
  /** Ends the app and opens it again, on a computer with the session bus or without. */
  open: (options: { bus: boolean }) => Promise<Host>;
  home: string;
  /** Every message to the window. */
  frames: Buffer[];
  /** How often the server has let somebody in. */
  signIns: () => Promise<number>;
  /** The server that is signed in to by a key with a passphrase. */
  login: { user: string; address: string; port: number; auth: { type: "key"; path: string } };
  id: string;
};

const TRIES = 5;

export const typed = (value: string, remember = false): Answer => ({ type: "secret", value, remember });
const codeOf = (act: Promise<unknown>) => act.then(() => "done", (error: unknown) => (error as Failure & { code?: string }).code ?? String(error));

/** What happened to the count of sign-ins, and what it took. */
export async function signedIn({ signIns }: Stage, host: Host, act: () => Promise<{ asked: string[] }>): Promise<{ asked: string[]; in: boolean }> {
  const before = await signIns();
  const { asked } = await act();
  return { asked, in: (await signIns()) > before };
}

async function background(stage: Stage, host: Host): Promise<{ state: string; prompts: number; in: boolean }> {
  const before = await stage.signIns();
  const { state } = await host.rests(stage.id);
  return { state, prompts: host.prompts().length, in: (await stage.signIns()) > before };
}

export async function works(stage: Stage): Promise<void> {
  const { checks, secrets, bus, login } = stage;
  await bus.unlock();
  const host = await stage.open({ bus: true });
  checks.check("with a Secret Service, secrets are", (await host.client.secrets.status({})).words, "Kept in the Secret Service");
  const answers = [typed(secrets.wrong.value, true), typed(secrets.passphrase.value, true)];
  const add = async () => void ({ id: stage.id } = await host.client.servers.add({ name: "visible-marker", ...login }));
  checks.check("a first sign-in, with a wrong passphrase first", await signedIn(stage, host, () => host.connectByHand(() => stage.id, answers, add)), {
    asked: ["host-key", "passphrase, may be remembered", "passphrase, may be remembered, again"],
    in: true,
  });
  await onThisMachine(host, secrets);
  let seen = await background(stage, await stage.open({ bus: true }));
  // A keychain that takes seconds to answer, as on a busy machine, is one that waits for a person (keychain/system.ts).
  for (let tries = 1; tries < TRIES && seen.state === "needs-you"; tries += 1) seen = await background(stage, await stage.open({ bus: true }));
  checks.check("the next start, nobody there", seen, { state: "failed", prompts: 0, in: true });
}

/** This machine as a server: its own agent, with a canary in its store. */
async function onThisMachine({ client, connectByHand }: Host, secrets: Secrets): Promise<void> {
  let local = "";
  const { at } = await connectByHand(() => local, [], async () => void ({ id: local } = await client.servers.addLocal({})));
  if (at.state !== "ready") throw new Error(`This machine is not ready: ${JSON.stringify(at)}`);
  await keepVariables(client, local, secrets);
}

/** Variables of a real agent: typed, listed, never shown. */
export async function keepVariables(client: Host["client"], serverId: string, { variable }: Secrets): Promise<void> {
  const context = { context: { serverId } };
  const { environments: [environment] } = await client.agent.projects.create({ name: "Canaries" }, context);
  const environmentId = environment!.id;
  const config = { source: { type: "image" as const, reference: "busybox:1" } };
  const service = await client.agent.services.create({ environmentId, name: "holder", shape: "web", hostname: null, config, variables: { FIRST: variable.value } }, context);
  await client.agent.variables.change({ environmentId, serviceId: service.id, set: { SECOND: variable.value }, remove: [] }, context);
  await client.agent.variables.list({ environmentId, serviceId: service.id }, context);
  await client.agent.services.list({ environmentId }, context);
}

export async function locked(stage: Stage): Promise<void> {
  const { checks, bus } = stage;
  await bus.lock();
  const host = await stage.open({ bus: true });
  checks.check("locked, nobody there", await background(stage, host), { state: "needs-you", prompts: 0, in: false });
  checks.check("locked, said", (await host.client.secrets.status({})).kind, "locked");
  await bus.unlock();
  const told = await until("the keychain's answer", async () => (await host.client.secrets.status({})).kind === "keychain" && "keychain", { within: 60_000 }).catch(() => "locked");
  checks.check("unlocked, said without a new start", told, "keychain");
  checks.check("unlocked, signed in", await signedIn(stage, host, () => host.connectByHand(() => stage.id, [])), { asked: [], in: true });
}

export async function hung(stage: Stage): Promise<void> {
  const { checks, bus } = stage;
  bus.signal("SIGSTOP");
  const first = await stage.open({ bus: true });
  checks.check("a keychain that hangs, nobody there", await background(stage, first), { state: "needs-you", prompts: 0, in: false });
  checks.check("hung, said", (await first.client.secrets.status({})).kind, "locked");
  // The app can be closed while the call still hangs.
  const host = stage.context.short ? first : await stage.open({ bus: true });
  await host.rests(stage.id);
  bus.signal("SIGCONT");
  await until("the keychain's answer", async () => (await host.client.secrets.status({})).kind === "keychain", { within: 120_000 });
  checks.check("it answers again, signed in", await signedIn(stage, host, () => host.connectByHand(() => stage.id, [])), { asked: [], in: true });
}

export async function absent(stage: Stage): Promise<void> {
  const { checks, secrets } = stage;
  const first = await stage.open({ bus: false });
  checks.check("without a Secret Service, nobody there", await background(stage, first), { state: "needs-you", prompts: 0, in: false });
  checks.check("secrets are", (await first.client.secrets.status({})).words, "Asked again at each start: no keychain of the system answers.");
  const right = () => [typed(secrets.passphrase.value, true)];
  checks.check("asked once", await signedIn(stage, first, () => first.connectByHand(() => stage.id, right())), { asked: ["passphrase"], in: true });
  await first.client.servers.disconnect({ id: stage.id });
  checks.check("and not again in this session", await signedIn(stage, first, () => first.connectByHand(() => stage.id, [])), { asked: [], in: true });
  // The next stage begins with a new start too.
  if (stage.context.short) return;
  const second = await stage.open({ bus: false });
  checks.check("but at the next start", (await background(stage, second)).state, "needs-you");
}

export async function sealed(stage: Stage): Promise<void> {
  const { checks, secrets, configDir } = stage;
  const { passphrase, wrong, master, second, third } = secrets;
  const begin = await stage.open({ bus: false });
  checks.check("but at the next start", (await begin.rests(stage.id)).state, "needs-you");
  checks.check("a sealed file is made", (await begin.client.secrets.keepInFile({ passphrase: master.value })).kind, "file");
  checks.check("asked, to be kept in it", await signedIn(stage, begin, () => begin.connectByHand(() => stage.id, [typed(passphrase.value, true)])), { asked: ["passphrase, may be remembered"], in: true });
  checks.check("kept in it, for its owner alone", [(await begin.client.secrets.status({})).file?.entries, ((await stat(join(configDir, "secrets.sealed"))).mode & 0o777).toString(8)], [1, "600"]);

  const host = await stage.open({ bus: false });
  checks.check("the next start, nobody there", await background(stage, host), { state: "needs-you", prompts: 0, in: false });
  checks.check("the master passphrase, wrong first", await signedIn(stage, host, () => host.connectByHand(() => stage.id, [typed(wrong.value), typed(master.value)])), { asked: ["master", "master, again"], in: true });
  checks.check("another file does not take its place unasked", await codeOf(host.client.secrets.keepInFile({ passphrase: third.value })), "NAME_TAKEN");
  if (!stage.context.short) checks.check("a change wants the passphrase in force", await codeOf(host.client.secrets.changePassphrase({ current: wrong.value, next: second.value })), "MASTER_WRONG");
  await host.client.secrets.changePassphrase({ current: master.value, next: second.value });

  // Closed by a new start, or by hand.
  const later = stage.context.short ? host : await stage.open({ bus: false });
  if (later === host) await host.client.secrets.lock({});
  else await later.rests(stage.id);
  if (!stage.context.short) checks.check("the passphrase of before", await codeOf(later.client.secrets.unlock({ passphrase: master.value })), "MASTER_WRONG");
  checks.check("the changed one", await signedIn(stage, later, () => later.connectByHand(() => stage.id, [typed(second.value)])), { asked: ["master"], in: true });
}

/** A passphrase that is lost, and an end to everything. */
export async function startedAnew({ checks, secrets, configDir, open, id }: Stage): Promise<void> {
  const host = await open({ bus: false });
  await host.rests(id);
  await host.client.secrets.keepInFile({ passphrase: secrets.third.value, replace: true });
  const names = async () => (await readdir(configDir)).filter((name) => name.startsWith("secrets.sealed")).map((name) => name.replace(/\.\d{4}-.*\./, ".TIME.")).sort();
  checks.check("for a lost passphrase, the old file is kept aside", await names(), ["secrets.sealed", "secrets.sealed.TIME.old"]);
  checks.check("all forgotten", [(await host.client.secrets.forgetAll({})).kind, await names()], ["session", []]);
}
