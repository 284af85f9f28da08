import { BoxIcon, GitBranchIcon, HardDriveIcon, ServerIcon } from "lucide-react";
import type { FoundPlace, Server } from "../../../contract/index.ts";
import type { LucideIcon } from "lucide-react";
import type { Project, Service } from "@aeroplane/agent/contract";
import { action, actions } from "../../actions/index.ts";
import { nameOf, type Context } from "../../actions/action.ts";
import { shown } from "../../actions/shortcuts.ts";
import { addressOf, type Address } from "../../address/address.ts";
import type { Tab } from "../../address/pages.ts";
import { go } from "../../app/view.ts";
import { keys, knownService, queries } from "../../data/queries.ts";
import { answers, connectionWord, loginOf } from "../../data/servers.ts";
import { age } from "../../data/time.ts";
import { knownVolumes } from "../../data/volumes.ts";
import { shapeIcon } from "../../shapes/shapes.ts";
import { iconOf, stateOf } from "../services/states.ts";
import { leaveFiles } from "../volumes/browsing.ts";

export type Entry = { id: string; group: string; name: string; about?: string; /** More that is searched. */ words?: string; icon: LucideIcon; shortcut?: string; /** Takes something away. */ danger?: boolean; run: () => void };

/** Where an entry leads stands when it is listed, not when it is chosen. */
const to = (place: Partial<Address>) => () => go.to(addressOf(place));

/** Everything that can be reached by a few letters; without any, where a person mostly goes stands before what is done there. */
export function entriesOf(context: Context): Entry[] {
  const { server, view, project, environment } = context;
  const serverId = server?.id ?? null;
  const acts = actions
    .filter((each) => each.id !== "palette" && each.when(context))
    .map((each): Entry => ({
      id: each.id,
      group: each.group === "Service" ? (context.service?.name ?? "Service") : each.group,
      name: nameOf(each, context),
      icon: each.icon,
      shortcut: each.shortcut && shown(each.shortcut),
      danger: each.danger,
      run: () => each.run(context),
    }));
  const services = context.services.map((service: Service): Entry => ({
    id: service.id,
    group: "Services",
    name: service.name,
    about: [stateOf(service).word, server && oldOf(server)].filter(Boolean).join(" · "),
    icon: iconOf(service),
    run: to({ serverId, projectId: service.projectId, environmentId: service.environmentId, serviceId: service.id, tab: view.tab }),
  }));
  const environments = (project?.environments ?? []).filter(({ id }) => id !== environment?.id).map((each): Entry => ({
    id: each.id,
    group: "Environments",
    name: each.name,
    about: `${project!.name} · ${each.serviceCount === 1 ? "1 service" : `${each.serviceCount} services`}`,
    icon: GitBranchIcon,
    run: to({ serverId, projectId: project!.id, environmentId: each.id, projectTab: view.projectTab }),
  }));
  const volumes = server && environment ? knownVolumes(server.id, environment.id) : [];
  const kept = volumes.filter(({ state, serviceId: owner }) => state !== "trash" && owner !== null).map((volume): Entry => ({
    id: volume.id,
    group: "Volumes",
    name: volume.name,
    about: `${volume.serviceName} · ${volume.path}`,
    words: `${volume.serviceName} ${volume.path}`,
    icon: HardDriveIcon,
    run: () => {
      if (project) to({ serverId, projectId: project.id, environmentId: volume.environmentId, serviceId: volume.serviceId, tab: "volumes" })();
      leaveFiles();
    },
  }));
  const back = action("volume.return");
  const trash = volumes.flatMap((volume): Entry[] => {
    const about = { ...context, volume };
    return back.when(about) ? [{ id: volume.id, group: "Trash", name: `Return ${volume.name}`, about: `${volume.serviceName} · ${volume.path}`, icon: back.icon, run: () => back.run(about) }] : [];
  });
  const projects = (server ? (queries.getQueryData<Project[]>(keys.projects(server.id)) ?? []) : []).map((project): Entry => ({
    id: project.id,
    group: "Projects",
    name: project.name,
    about: project.serviceCount === 1 ? "1 service" : `${project.serviceCount} services`,
    icon: BoxIcon,
    run: to({ serverId, projectId: project.id }),
  }));
  const servers = context.servers.map((each): Entry => ({
    id: each.id,
    group: "Servers",
    name: each.name,
    about: [connectionWord(each.connection).word, ...each.tags].slice(0, 4).join(" · "),
    words: `${loginOf(each)} ${each.tags.join(" ")}`,
    icon: ServerIcon,
    run: to({ serverId: each.id }),
  }));
  const recent = recentOf(context);
  const known = new Set(recent.map(({ id }) => id));
  const harmless = acts.filter(({ danger }) => !danger);
  return [...recent, ...services.filter(({ id }) => !known.has(id)), ...harmless, ...kept, ...trash, ...environments, ...projects, ...servers, ...acts.filter(({ danger }) => danger)];
}

/** What was looked at last, of any server, as far as it is known here; what is looked at now is left out. */
function recentOf({ view, servers }: Context): Entry[] {
  return view.recent.flatMap((place): Entry[] => {
    const service = place.serviceId === view.serviceId ? undefined : knownService(place.serverId, place.serviceId);
    const server = servers.find(({ id }) => id === place.serverId);
    if (!service || !server) return [];
    const { serverId } = place;
    return [
      {
        id: service.id,
        group: "Recent",
        name: service.name,
        about: [stateOf(service).word, serverId !== view.serverId && server.name, oldOf(server)].filter(Boolean).join(" · "),
        icon: iconOf(service),
        run: to({ serverId, projectId: service.projectId, environmentId: service.environmentId, serviceId: service.id, tab: view.tab }),
      },
    ];
  });
}

/** How old what is known of a server is that does not answer; null: it is what is. */
const oldOf = (server: Server, now = Date.now()): string | null => (answers(server) || server.lastSeenAt === null ? null : ago(age(server.lastSeenAt, now)));

/** Projects and services of every server, with where they are; of one that is away with how old that is. */
export function placeEntries(places: readonly FoundPlace[], servers: Context["servers"], now: number, tab: Tab = "deployments"): Entry[] {
  const of = new Map(servers.map((server) => [server.id, server]));
  return places.flatMap((place): Entry[] => {
    const server = of.get(place.serverId);
    if (!server) return [];
    const old = oldOf(server, now);
    return [
      {
        id: place.serviceId ?? place.projectId,
        group: "Projects and services",
        name: place.name,
        about: [place.serviceId && place.project, place.environment, server.name, old].filter(Boolean).join(" · "),
        words: `${server.name} ${server.tags.join(" ")} ${place.project} ${place.environment ?? ""} ${place.hostname ?? ""} ${place.kind}`,
        icon: place.shape ? shapeIcon(place.shape) : BoxIcon,
        run: to({ serverId: server.id, projectId: place.projectId, environmentId: place.environmentId, serviceId: place.serviceId, tab }),
      },
    ];
  });
}

const ago = (words: string) => (/ (s|min|h|d)$/.test(words) ? `${words} ago` : words);

/**
 * Every word of the search must stand somewhere in the entry; an entry whose name begins with it goes first, and what
 * was found on all servers goes before what only has the word somewhere.
 */
export function found(entries: Entry[], search: string, places: Entry[] = []): Entry[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return entries;
  const has = (text: string) => words.every((word) => text.includes(word));
  const scored = entries.flatMap((entry) => {
    const name = entry.name.toLowerCase();
    if (!has(`${name} ${entry.group} ${entry.words ?? ""}`.toLowerCase())) return [];
    const first = words[0]!;
    return [{ entry, score: name.startsWith(first) ? 0 : new RegExp(`\\b${first.replace(/\W/g, "\\$&")}`).test(name) ? 1 : 2 }];
  });
  const named = scored.filter(({ score }) => score < 2).sort((one, other) => one.score - other.score);
  // They may still be the answer to fewer letters.
  const there = places.filter(({ name, words: more }) => has(`${name} ${more}`.toLowerCase()));
  const all = [...named, ...there.map((entry) => ({ entry })), ...scored.filter(({ score }) => score === 2)];
  const seen = new Set<string>();
  return all.map(({ entry }) => entry).filter(({ id }) => !seen.has(id) && seen.add(id));
}
