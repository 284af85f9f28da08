import { availableParallelism } from "node:os";
import type { ServiceMeters } from "../../contract/index.ts";
import { atOnce } from "../deploy/at-once.ts";
import { memoryOf, processorsOf } from "../deploy/limits.ts";
import { inspectContainer } from "../docker/container.ts";
import type { Docker } from "../docker/client.ts";
import { dockerUsage } from "../docker/usage.ts";
import { groupUsage, type Usage } from "../host/usage.ts";
import { sleepOn, type Clock } from "../jobs/index.ts";
import { findRelease, servingInstances, type Db, type InstanceRow, type ServiceRow } from "../store/index.ts";
import type { Sightings } from "./sightings.ts";

/** Several windows that look at once share what was read so shortly before. */
const FRESH_MS = 900;
/** The shortest span that processors are counted over; the first look waits for it. */
const SPAN_MS = 300;
/** What nobody has looked at for so long is forgotten, and counted anew. */
const KEPT_MS = 30_000;
const AT_ONCE = 8;
/** A page that shows them never waits longer for a Docker that hangs. */
const WAIT_MS = 900;
const MiB = 1024 ** 2;

type Sample = Usage & { at: number };
type Watched = { pid: number | null; sample: Sample | null; used: number | null; reading: Promise<void> | null; askedAt: number };
type UsageDeps = { db: Db; docker: Docker; sightings: Pick<Sightings, "unseen">; clock: Clock };
export type Readers = { group: typeof groupUsage; docker: typeof dockerUsage; pidOf: (docker: Docker, id: string) => Promise<number | null> };

const readers: Readers = { group: groupUsage, docker: dockerUsage, pidOf: async (docker, id) => (await inspectContainer(docker, id))?.pid || null };

/** Memory and processors of instances, read only when somebody asks. */
export function createUsage({ db, docker, sightings, clock }: UsageDeps, from: Readers = readers) {
  const watched = new Map<string, Watched>();

  async function read(container: string, one: Watched): Promise<Usage | null> {
    if (one.pid === null) one.pid = await from.pidOf(docker, container);
    if (one.pid === null) return null;
    const usage = await from.group(container, one.pid);
    if (usage !== null) return usage;
    // It may have begun again with another process.
    one.pid = await from.pidOf(docker, container);
    if (one.pid === null) return null;
    return (await from.group(container, one.pid)) ?? (await from.docker(docker, container));
  }
  async function sampled(container: string, one: Watched): Promise<void> {
    const before = one.sample;
    const usage = await read(container, one).catch(() => null);
    if (usage === null) return void Object.assign(one, { sample: null, used: null });
    const now = { ...usage, at: clock.now() };
    one.sample = now;
    // One that began again counts from nothing.
    one.used = before !== null && now.processorMs >= before.processorMs && now.at > before.at ? (now.processorMs - before.processorMs) / (now.at - before.at) : null;
  }
  async function look(container: string, one: Watched) {
    if (one.sample !== null && clock.now() - one.sample.at < FRESH_MS && one.used !== null) return;
    await sampled(container, one);
    if (one.sample === null || one.used !== null) return;
    await sleepOn(clock, SPAN_MS);
    await sampled(container, one);
  }
  function forget() {
    for (const [container, { askedAt }] of watched) if (clock.now() - askedAt > KEPT_MS) watched.delete(container);
  }
  async function ofInstance({ id, ordinal, state, containerId }: InstanceRow): Promise<ServiceMeters["instances"][number]> {
    const unknown = { id, ordinal, memory: null, processors: null };
    if (containerId === null || state !== "live" || sightings.unseen(id) !== null) return unknown;
    const one = watched.get(containerId) ?? { pid: null, sample: null, used: null, reading: null, askedAt: 0 };
    watched.set(containerId, one);
    one.askedAt = clock.now();
    one.reading ??= look(containerId, one).finally(() => (one.reading = null));
    await Promise.race([one.reading, sleepOn(clock, WAIT_MS)]);
    return one.sample === null ? unknown : { ...unknown, memory: one.sample.memory, processors: one.used === null ? null : Math.round(one.used * 100) / 100 };
  }

  return {
    /** Of those that run now. */
    async of(services: readonly ServiceRow[]): Promise<ServiceMeters[]> {
      forget();
      const asked = services.flatMap((service) => {
        const release = service.intent === "running" && service.liveReleaseId !== null ? findRelease(db, service.liveReleaseId) : undefined;
        return release === undefined ? [] : servingInstances(db, release.id).map((instance) => ({ service, release, instance }));
      });
      const instances = await atOnce(asked, AT_ONCE, ({ instance }) => ofInstance(instance));
      return services.flatMap((service) => {
        const own = asked.flatMap((one, at) => (one.service === service ? [{ ...one, meters: instances[at]! }] : []));
        const release = own[0]?.release;
        if (release === undefined) return [];
        return { serviceId: service.id, memoryLimit: memoryOf(release.config) * MiB, processorLimit: processorsOf(release.config) ?? availableParallelism(), instances: own.map(({ meters }) => meters) };
      });
    },
  };
}
