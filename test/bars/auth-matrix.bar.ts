// Every way to sign in against real sshds: all right ones pass, each wrong one ends with its own code, and none is repeated.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { casesOf, type Case, type Lockout, type Stage } from "./auth-matrix/cases.ts";
import { loopbackStage } from "./auth-matrix/loopback.ts";
import { createPerson, type Outcome, type Person } from "./auth-matrix/person.ts";
import { worldStage } from "./auth-matrix/servers.ts";
import { bar, type BarContext } from "./frame.ts";
import { createChecks, type Checks } from "./tunnel/checks.ts";

/** Seconds within which a wrong one has to be told. */
const BOUND = 5;

export default bar({
  name: "auth-matrix",
  minutes: 15,
  run: async (context) => {
    const checks = createChecks(context.say);
    const folder = await mkdtemp(join(tmpdir(), "auth-matrix-"));
    context.cleanup(() => rm(folder, { recursive: true, force: true }));
    const before = { home: process.env.HOME, agent: process.env.SSH_AUTH_SOCK };
    context.cleanup(() => restore(before));
    const { stage, config, lockout } = context.short ? { ...(await loopbackStage(folder, context)), lockout: null } : await worldStage(folder, context);
    const outcomes = await walk(stage, config, folder, context, checks, lockout);
    const wrong = outcomes.filter(({ one }) => one.want !== "signed in");
    const slowest = Math.max(...wrong.map(({ outcome }) => outcome.seconds));
    if (!context.short) checks.check(`the slowest wrong one within ${BOUND} s`, slowest <= BOUND, true);
    const repeats = lockout ? `; ${await lockout.report(checks)}` : "";
    const good = (list: typeof outcomes) => list.filter(({ one, outcome }) => outcome.end === one.want).length;
    const right = outcomes.filter(({ one }) => one.want === "signed in");
    return {
      ok: checks.wrong.length === 0,
      figure: `auth-matrix: ${good(right)} of ${right.length} right ways signed in, ${good(wrong)} of ${wrong.length} wrong ones ended with their code, the slowest after ${slowest.toFixed(1)} s${repeats}`,
    };
  },
});

async function walk(stage: Stage, config: string, folder: string, { say, signal }: BarContext, checks: Checks, lockout: Lockout | null): Promise<{ one: Case; outcome: Outcome }[]> {
  const knownHosts = await meetHosts(stage, config, folder);
  const found: { one: Case; outcome: Outcome }[] = [];
  let person: Person | undefined;
  for (const one of casesOf(stage)) {
    signal.throwIfAborted();
    if (!one.goesOn || !person) person = createPerson(folder, { knownHosts, key: stage.keys.plain, config });
    process.env.HOME = person.home;
    process.env.SSH_AUTH_SOCK = one.agent ?? stage.agents.empty;
    const isWrong = one.want !== "signed in";
    if (isWrong) await lockout?.before();
    const outcome = await person.enter("server", one.login, one.answers);
    const asked = one.asked === undefined || one.asked.join() === outcome.asked.join() ? "" : `, asked ${outcome.asked.join(", ") || "nothing"}`;
    checks.check(`${isWrong ? "wrong: " : ""}${one.name} (${outcome.seconds.toFixed(1)} s)`, `${outcome.end}${asked}`, one.want);
    if (outcome.problem) say(`        ${outcome.problem}`);
    if (isWrong) await lockout?.after(one);
    found.push({ one, outcome });
  }
  return found;
}

/** The hosts' keys are looked at once; they are another measure's matter. */
async function meetHosts({ keys, target, jump, keyAndCode, keyAndPassword, certified, agents }: Stage, config: string, folder: string): Promise<string> {
  const person = createPerson(folder, { config });
  process.env.HOME = person.home;
  process.env.SSH_AUTH_SOCK = agents.empty;
  const places = new Map([target, jump, keyAndCode?.place, keyAndPassword?.place, certified.place].flatMap((place) => (place ? [[`${place.address}:${place.port}`, place] as const] : [])));
  for (const [id, { address, port }] of places) {
    await person.enter(id, { user: target.user, address, port, auth: { type: "key", path: keys.plain }, alias: null, jumps: [], client: "built-in", door: "forwarding" }, {});
  }
  return readFile(join(person.home, ".ssh", "known_hosts"), "utf8");
}

function restore({ home, agent }: { home?: string; agent?: string }): void {
  process.env.HOME = home;
  if (agent === undefined) delete process.env.SSH_AUTH_SOCK;
  else process.env.SSH_AUTH_SOCK = agent;
}
