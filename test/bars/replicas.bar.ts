// Three instances share the load; one of them is killed again and again while the service is deployed again and again.
import { setTimeout as sleep } from "node:timers/promises";
import { serviceConfig, type Service } from "../../agent/contract/index.ts";
import { makeLoad, phaseLine, type Load, type PhaseResult } from "../load/load.ts";
import type { Repository } from "../world/git/repositories.ts";
import { until } from "../world/wait.ts";
import { followAccepted, type Accepted } from "./replicas/accepted.ts";
import { createKiller, type Kill } from "./replicas/killer.ts";
import { pace, raiseFlight, type Flight } from "./flight.ts";
import { bar } from "./frame.ts";

const INSTANCES = 3;
const OUT_WITHIN_MS = 100;
const ONLY_ONE = "one instance";

export default bar({
  name: "replicas",
  minutes: 15,
  async run(context) {
    const { short, say, signal } = context;
    const [deploys, killEveryMs, mostKills, aloneSeconds] = short ? [1, 2500, 3, 1] : [10, 12_000, Infinity, 20];
    const flight = await raiseFlight(context, "replicas");
    const { agent } = flight;
    const hostname = flight.hostname("web");
    const web = await flight.service("web", hostname, { config: { replicas: INSTANCES }, variables: { LOG_ACCEPTED: "1" } });
    await flight.deploy(web.service.id);
    const ended = new AbortController();
    context.cleanup(() => ended.abort());
    const accepted = followAccepted(agent, web.service.id, AbortSignal.any([signal, ended.signal]));

    const load = await makeLoad({
      address: "127.0.0.1",
      port: agent.httpPort,
      hostname,
      rate: pace(short).rate,
      path: "/",
      echoPath: "/echo",
      slowPath: pace(short).slowPath,
      slowEvery: 20,
      timeoutSeconds: pace(short).timeoutSeconds,
    });
    context.cleanup(() => load.stop());
    await load.phase("alone");
    await sleep(aloneSeconds * 1000, undefined, { signal });

    await load.phase("killed");
    const killer = createKiller(agent, web.service.id);
    const kills: Kill[] = [];
    const killing = new AbortController();
    const killed = (async () => {
      const within = AbortSignal.any([signal, killing.signal]);
      // On a slow machine a deploy is long: an app that dies again and again meanwhile would be waited for longer and longer.
      while (kills.length < mostKills) {
        const one = await killer.kill(signal);
        if (one) kills.push(one);
        // One that was just replaced is not a kill: another is chosen soon.
        await sleep(one ? killEveryMs : 200, undefined, { signal: within });
      }
    })().catch((error: unknown) => {
      if (!killing.signal.aborted) throw error;
    });
    // It is waited for at the end; whatever it fails with until then is told there.
    killed.catch(() => {});
    for (let i = 1; i <= deploys; i++) {
      await flight.redeploy(web, `web-${i}`);
      say(`deploy ${i} of ${deploys}, ${kills.length} killed`);
      await sleep(short ? 500 : 5000, undefined, { signal });
    }
    await until("a kill", async () => kills.length > 0, { within: 120_000, every: 50 });
    killing.abort();
    await killed;
    const all = async () => (await agent.client.services.get({ id: web.service.id })).instances.filter(({ state }) => state === "live").length === INSTANCES;
    await until("all instances to be back", all, { within: 180_000, every: 50 });
    // Where one was replaced, what is left of it goes a moment later.
    const containers = async () => (await flight.containersOf(web.service.id)).length;
    await until("the containers of dead instances to go", async () => (await containers()) === INSTANCES, { within: 60_000, every: 100 }).catch(() => {});
    const left = await containers();
    const ofOne = short ? [] : await killTheOnlyOne(flight, web, load, signal);
    const results = await load.finish();
    await accepted.all(results.flatMap(({ posted }) => posted));
    return judge({ results, accepted, kills, ofOne, deploys, short, say, left });
  },
});

/** For the record: nobody else can serve meanwhile, so requests wait for it as long as Caddy lets them. */
async function killTheOnlyOne(flight: Flight, web: { service: Service; repository: Repository }, load: Load, signal: AbortSignal): Promise<Kill[]> {
  const { client } = flight.agent;
  await client.services.update({ id: web.service.id, config: { ...serviceConfig.parse(web.service.config), replicas: 1 } });
  await flight.deploy(web.service.id);
  await load.phase(ONLY_ONE);
  const { kill } = createKiller(flight.agent, web.service.id);
  const kills: Kill[] = [];
  for (let i = 0; i < 3; i++) {
    const one = await kill(signal);
    if (one) kills.push(one);
    await sleep(8000, undefined, { signal });
  }
  return kills;
}

type Failed = PhaseResult["failedRequests"][number];
type Fate = "accepted" | "unread" | "wrong";

/**
 * A request may be on its way when its instance dies, or come while it is dying: a kernel took it, the app never saw it, and
 * nobody can know that it is safe to repeat.
 */
const ON_ITS_WAY_MS = 20;
/** In the short form: a busy machine lets Caddy hear so late that a connection which it keeps is closed. */
const HEARD_LATE_MS = 1000;
const reached = ({ at, gone }: Kill, { began, failed }: Failed, short: boolean) => began <= Math.max(gone + (short ? HEARD_LATE_MS : 0), at + ON_ITS_WAY_MS) && at <= failed;

function fateOf(request: Failed, accepted: Accepted, kills: Kill[], short: boolean): Fate {
  const taken = accepted.by(request.id).at(-1);
  // Whoever took it on last is who owed the answer.
  if (taken !== undefined) return kills.some((kill) => kill.instance === taken && reached(kill, request, short)) ? "accepted" : "wrong";
  return request.method === "POST" && kills.some((kill) => reached(kill, request, short)) ? "unread" : "wrong";
}

type Measured = { results: PhaseResult[]; accepted: Accepted; kills: Kill[]; ofOne: Kill[]; deploys: number; short: boolean; say: (line: string) => void; left: number };

function judge({ results: all, accepted, kills, ofOne, deploys, short, say, left }: Measured) {
  const fate = (request: Failed) => fateOf(request, accepted, [...kills, ...ofOne], short);
  for (const result of all) {
    const fates = Object.groupBy(result.failedRequests, fate);
    say(`${phaseLine(result)}; of the failed ${fates.accepted?.length ?? 0} accepted by a killed one, ${fates.unread?.length ?? 0} unread`);
    for (const failure of result.failures.slice(0, 5)) say(`  ${failure}`);
  }
  const results = all.filter(({ phase }) => phase !== ONLY_ONE);
  const alone = results.find(({ phase }) => phase === "alone")!;
  const shares = Object.values(alone.instances).toSorted((a, b) => b - a).map((count) => `${((100 * count) / alone.ok).toFixed(1)} %`);
  const failed = results.flatMap(({ failedRequests }) => failedRequests);
  const of = (wanted: Fate) => failed.filter((request) => fate(request) === wanted);
  for (const { id, method, began, failed: end } of of("wrong").slice(0, 20)) {
    const nearest = Math.min(...kills.map(({ at }) => Math.abs(at - began)));
    say(`  wrong: ${method} ${id} failed, accepted by ${accepted.by(id).join(", ") || "nobody"}, begun ${Math.round(nearest)} ms from a death, after ${Math.round(end - began)} ms`);
  }
  const outs = kills.flatMap(({ outAfterMs }) => outAfterMs ?? []).toSorted((a, b) => a - b);
  say(`closed by the kernel after ${kills.map(({ at, gone }) => gone - at).join(", ")} ms`);
  say(`out of the route after ${outs.map((ms) => Math.round(ms)).join(", ")} ms`);
  const [sent, rest] = [results.reduce((sum, one) => sum + one.sent, 0), of("wrong").length];
  const soon = short || (outs.at(-1) ?? 0) <= OUT_WITHIN_MS;
  return {
    ok: rest === 0 && shares.length === INSTANCES && left === INSTANCES && soon,
    figure:
      `replicas: ${rest} failed of ${sent} besides ${of("accepted").length} that ${kills.length} killed instances had accepted and ${of("unread").length} that reached them unread, over ${deploys} deploys; ` +
      `spread ${shares.join(" / ")}; out of the route within ${Math.round(outs.at(-1) ?? 0)} ms (median ${Math.round(outs[Math.floor(outs.length / 2)] ?? 0)}); ${left} containers left`,
  };
}
