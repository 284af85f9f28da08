import { addressOf } from "../address/address.ts";
import type { Tab } from "../address/pages.ts";
import { environmentIn, go, useView } from "../app/view.ts";
import type { Context } from "./action.ts";

/** Whether the window looks at the server that an act is about. */
export const isOpen = ({ view, server }: Pick<Context, "view" | "server">): boolean => view.serverId === server?.id;

/** To the server that an act is about, unless it is open: a dialog that opens next names what lies on it. */
export function goToServer({ server }: Context): void {
  if (server && useView.getState().serverId !== server.id) go.server(server.id);
}

/** To the services among which an act is about something, unless they are open. */
export function goToEnvironment({ server, project, environment, service }: Context): void {
  const view = useView.getState();
  const projectId = service?.projectId ?? project?.id;
  const environmentId = service?.environmentId ?? environment?.id ?? null;
  if (!server || !projectId) return;
  const open = view.environmentId ?? (project && environmentIn(project, view)?.id) ?? null;
  if (server.id === view.serverId && projectId === view.projectId && environmentId === open) return;
  go.to(addressOf({ serverId: server.id, projectId, environmentId }));
}

/** To that service, wherever it is. */
export function goToService(context: Context, tab: Tab): void {
  if (!context.service) return;
  goToEnvironment(context);
  go.service(context.service.id, tab);
}
