// Many servers with services, all connected, whose beats go on as those of real links do.
import { createAgent } from "../../e2e/fixture/agent.ts";
import type { Fixture } from "../../e2e/fixture/fixture.ts";

export const FLEET = { servers: 50, services: 20 };
/** Milliseconds between two beats of a server that is only there (src/desktop/servers/hold.ts). */
const BEAT = 10_000;

/** Makes it of the largest set; answers what ends the beats. */
export function makeFleet({ servers, agents }: Pick<Fixture, "servers" | "agents">): () => void {
  servers.update((all) => all.slice(0, FLEET.servers));
  for (const { id } of servers.get()) {
    // The first is full of services, and every other one gets the same.
    const agent = createAgent("many", "servers", 1, Date.now());
    const [project] = agent.projects.values();
    for (const { id: other } of [...agent.projects.values()].slice(1)) agent.projects.delete(other);
    const own = [...agent.services.values()].filter(({ projectId }) => projectId === project!.id);
    for (const service of own.slice(FLEET.services)) agent.services.delete(service.id);
    // Nothing runs at first.
    for (const job of agent.jobs.values()) agent.changeJob(job.id, { state: "succeeded", endedAt: Date.now() });
    for (const service of agent.services.values()) {
      const last = service.lastDeployment;
      if (last && last.endedAt === null) agent.changeDeployment(last.id, { state: "succeeded", endedAt: Date.now() });
    }
    agents.set(id, agent);
  }
  let at = 0;
  const timer = setInterval(() => {
    const id = servers.get()[(at += 1) % FLEET.servers]!.id;
    servers.update((all) => all.map((server) => (server.id === id ? { ...server, lastSeenAt: Date.now() } : server)));
  }, BEAT / FLEET.servers);
  return () => clearInterval(timer);
}
