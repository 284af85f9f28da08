import { BoxIcon, ServerIcon } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import type { Project, Service } from "@aeroplane/agent/contract";
import { actions } from "../../actions/index.ts";
import { nameOf, type Context } from "../../actions/action.ts";
import { shown } from "../../actions/shortcuts.ts";
import { go } from "../../app/view.ts";
import { keys, queries } from "../../data/queries.ts";
import { connectionWord } from "../../data/servers.ts";
import { iconOf, stateOf } from "../services/kinds.ts";

export type Entry = { id: string; group: string; name: string; about?: string; icon: LucideIcon; shortcut?: string; run: () => void };

/** Verbs first, then services, projects and servers: everything that can be reached by a few letters. */
export function entriesOf(context: Context): Entry[] {
  const { server } = context;
  const acts = actions
    .filter((each) => each.id !== "palette" && each.when(context))
    .map((each): Entry => ({
      id: each.id,
      group: each.group === "Service" ? (context.service?.name ?? "Service") : each.group,
      name: nameOf(each, context),
      icon: each.icon,
      shortcut: each.shortcut && shown(each.shortcut),
      run: () => each.run(context),
    }));
  const services = context.services.map((service: Service): Entry => ({
    id: service.id,
    group: "Services",
    name: service.name,
    about: stateOf(service).word,
    icon: iconOf(service),
    run: () => go.service(service.id),
  }));
  const projects = (server ? (queries.getQueryData<Project[]>(keys.projects(server.id)) ?? []) : []).map((project): Entry => ({
    id: project.id,
    group: "Projects",
    name: project.name,
    about: project.serviceCount === 1 ? "1 service" : `${project.serviceCount} services`,
    icon: BoxIcon,
    run: () => go.project(project.id),
  }));
  const servers = context.servers.map((each): Entry => ({
    id: each.id,
    group: "Servers",
    name: each.name,
    about: connectionWord(each.connection).word,
    icon: ServerIcon,
    run: () => go.server(each.id),
  }));
  return [...acts, ...services, ...projects, ...servers];
}

/** Every word of the search must begin somewhere in the entry; an entry whose name begins with it goes first. */
export function found(entries: Entry[], search: string): Entry[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return entries.slice(0, 60);
  const scored = entries.flatMap((entry) => {
    const name = entry.name.toLowerCase();
    const text = `${name} ${entry.group.toLowerCase()}`;
    if (!words.every((word) => text.includes(word))) return [];
    const first = words[0]!;
    return [{ entry, score: name.startsWith(first) ? 0 : new RegExp(`\\b${first.replace(/\W/g, "\\$&")}`).test(name) ? 1 : 2 }];
  });
  return scored
    .sort((one, other) => one.score - other.score)
    .slice(0, 60)
    .map(({ entry }) => entry);
}
