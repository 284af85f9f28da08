// The last state and the palette, as the desktop keeps them of a server with several environments.
import { join } from "node:path";
import type { Server } from "../../../src/contract/index.ts";
import { createKnown } from "../../../src/desktop/known/known.ts";
import { createKnownFiles } from "../../../src/desktop/known/files.ts";
import { createLive } from "../../../src/desktop/live/live.ts";
import { until } from "../../world/wait.ts";
import type { AgentProcess } from "../agent-process.ts";
import type { Place } from "./places.ts";
import type { Probe } from "./probes.ts";

const ID = "01a20000-0000-7000-8000-000000000100";
const server: Server = { id: ID, name: "fra-1", kind: "local", login: null, tags: [], connection: { state: "ready" }, notice: null, hello: null, lastSeenAt: null };

/** Each place is found once, with its environment, now and by the next start of the app while the server is away. */
export async function knownProbes(agent: AgentProcess, places: readonly Place[], folder: string, cleanup: (work: () => void) => void): Promise<Probe[]> {
  const files = createKnownFiles(join(folder, "known"));
  const live = createLive<Server[]>([server]);
  const servers = { list: live.get, watch: live.watch, reach: () => ({ agent: { client: agent.client } as never }), seenAt: () => {} };
  const known = createKnown({ files, servers, rest: 50, writeEvery: 50 });
  const away = createLive<Server[]>([{ ...server, connection: { state: "offline" } }]);
  cleanup(() => known.close());
  const wanted = places.length * 2;
  await until("all places", () => known.find({ text: "web", limit: 500 }).total >= places.length, { within: 20_000 });
  await until("the file", async () => (await files.read(ID))?.services.length === wanted, { within: 20_000 });
  const later = createKnown({ files, servers: { ...servers, list: away.get, watch: away.watch }, rest: 50 });
  cleanup(() => later.close());
  await until("what is remembered", () => later.find({ text: "web", limit: 500 }).total >= places.length, { within: 20_000 });

  const of = (text: string, from: typeof known, { environmentId }: Place) =>
    from.find({ text, limit: 500 }).places.filter((found) => found.environmentId === environmentId && found.serviceId !== null);
  const state = await files.read(ID);
  return places.flatMap((place): Probe[] => [
    ...[known, later].map((from, at): Probe => ({
      name: `${place.word}: web in the palette${at === 0 ? "" : ", while the server is away"}`,
      ask: async () => {
        const [found, ...others] = of("web", from, place);
        const right = found?.serviceId === place.web.id && found.projectId === place.projectId && place.word === `${found.project}-${found.environment}`;
        return right && others.length === 0 ? null : JSON.stringify([found, others.length]);
      },
    })),
    {
      name: `${place.word}: once in the last state`,
      ask: async () => {
        const names = state!.services.filter(({ environmentId }) => environmentId === place.environmentId).map(({ id }) => id);
        return JSON.stringify(names) === JSON.stringify([place.web.id, place.api.id]) ? null : JSON.stringify(names);
      },
    },
  ]);
}
