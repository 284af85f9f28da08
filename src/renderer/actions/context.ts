import type { Project, Service } from "@aeroplane/agent/contract";
import type { Server } from "../../contract/index.ts";
import { environmentIn, useView, type View } from "../app/view.ts";
import { keys, queries } from "../data/queries.ts";
import { servers } from "../data/servers.ts";
import type { Context } from "./action.ts";

/** What the window knows of places, open or not. */
type Known = { view: View; servers: Server[]; projectsOf: (serverId: string) => Project[] | undefined; servicesOf: (serverId: string, environmentId: string) => Service[] | undefined };

/** Read at the moment of the act, so that nothing is ever done to what was looked at before. */
export function readContext(about: Partial<Context> = {}): Context {
  return contextOf(
    {
      view: useView.getState(),
      servers: servers.get() ?? [],
      projectsOf: (serverId) => queries.getQueryData<Project[]>(keys.projects(serverId)),
      servicesOf: (serverId, environmentId) => queries.getQueryData<Service[]>(keys.services(serverId, environmentId)),
    },
    about,
  );
}

/** `about`: what was clicked. What it lies in follows from it, and the open place is left out wherever that is another one. */
export function contextOf({ view, servers: list, projectsOf, servicesOf }: Known, about: Partial<Context> = {}): Context {
  const serverId = about.server?.id ?? view.serverId;
  const server = list.find((each) => each.id === serverId) ?? about.server;
  const here = serverId === view.serverId;
  const projectId = about.project?.id ?? about.service?.projectId ?? (here ? view.projectId : null);
  const project = about.project ?? (server && projectsOf(server.id)?.find((each) => each.id === projectId));
  const environment = about.environment ?? (project && environmentOf(project, view, about.service));
  const services = about.services ?? (server && environment && servicesOf(server.id, environment.id)) ?? [];
  const service = about.service
    ? (services.find((each) => each.id === about.service?.id) ?? about.service)
    : here && projectId === view.projectId
      ? services.find((each) => each.id === view.serviceId)
      : undefined;
  return { ...about, view, servers: list, server, project, environment, services, service };
}

const environmentOf = (project: Project, view: View, service: Service | undefined) =>
  service ? project.environments.find(({ id }) => id === service.environmentId) : environmentIn(project, view);
