import type { Service } from "@aeroplane/agent/contract";
import type { FoundPlace, KnownState } from "../../contract/index.ts";

/** What it is found by besides its name. An app at a hostname is what most are: its word would find them all. */
const kindOf = ({ traits: { process, routed, word }, config }: Pick<Service, "traits" | "config">): string => `${process === "container" && routed ? "" : word} ${config.source.type}`.trim();

/** The places of one server, and in small letters what is searched of each. */
export type Places = { place: FoundPlace; name: string; text: string }[];
export type Searched = { name: string; tags: readonly string[]; places: Places };

export function placesOf(serverId: string, { projects, services }: KnownState): Places {
  const of = new Map(projects.map((project) => [project.id, project]));
  const environmentOf = (service: Service) => {
    const environments = of.get(service.projectId)?.environments ?? [];
    return environments.length > 1 ? (environments.find(({ id }) => id === service.environmentId)?.name ?? null) : null;
  };
  const all: FoundPlace[] = [
    ...projects.map(({ id, name }) => ({ serverId, projectId: id, environmentId: null, serviceId: null, name, project: name, environment: null, shape: null, kind: "project", state: null, hostname: null })),
    ...services.map((service) => {
      const { id, projectId, environmentId, name, shape, state, hostname } = service;
      return { serverId, projectId, environmentId, serviceId: id, name, project: of.get(projectId)?.name ?? "", environment: environmentOf(service), shape, kind: kindOf(service), state, hostname };
    }),
  ];
  return all.map((place) => ({ place, name: place.name.toLowerCase(), text: `${place.name} ${place.project} ${place.environment ?? ""} ${place.hostname ?? ""} ${place.kind}`.toLowerCase() }));
}

/** Every word must stand in the place, its project, its hostname, its server's name or tags, and one of them in the place itself. */
export function find(servers: readonly Searched[], text: string, limit: number): { total: number; places: FoundPlace[] } {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return { total: 0, places: [] };
  const scored: { place: FoundPlace; score: number }[] = [];
  for (const { name: server, tags, places } of servers) {
    const around = `${server} ${tags.join(" ")}`.toLowerCase();
    const elsewhere = words.filter((word) => around.includes(word));
    for (const { place, name, text: own } of places) {
      const here = words.filter((word) => own.includes(word));
      if (here.length === 0 || !words.every((word) => here.includes(word) || elsewhere.includes(word))) continue;
      scored.push({ place, score: scoreOf(name, here[0]!) + (place.serviceId === null ? 0 : 0.5) });
    }
  }
  scored.sort((one, other) => one.score - other.score || one.place.name.length - other.place.name.length);
  return { total: scored.length, places: scored.slice(0, limit).map(({ place }) => place) };
}

/** The whole name, its beginning, the beginning of a word in it, somewhere in it, beside it. */
function scoreOf(name: string, word: string): number {
  if (name === word) return 0;
  const at = name.indexOf(word);
  if (at === 0) return 1;
  if (at > 0) return /[^\p{L}\p{N}]/u.test(name[at - 1]!) ? 2 : 3;
  return 4;
}
