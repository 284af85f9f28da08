import type { Project, Service } from "@aeroplane/agent/contract";
import { environmentIn, useView } from "../app/view.ts";
import { keys, queries } from "../data/queries.ts";
import { servers } from "../data/servers.ts";
import type { Context } from "./action.ts";

/** Read at the moment of the act, so that nothing is ever done to what was looked at before. */
export function readContext(about: Partial<Context> = {}): Context {
  const view = useView.getState();
  const list = servers.get() ?? [];
  const server = list.find((each) => each.id === view.serverId);
  const projects = server ? queries.getQueryData<Project[]>(keys.projects(server.id)) : undefined;
  const project = projects?.find((each) => each.id === view.projectId);
  const environment = project && environmentIn(project, view);
  const services = server && environment ? (queries.getQueryData<Service[]>(keys.services(server.id, environment.id)) ?? []) : [];
  const service = services.find((each) => each.id === view.serviceId);
  return { view, servers: list, server, project, environment, services, service, ...about };
}
