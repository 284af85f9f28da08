import type { Project, Service } from "@aeroplane/agent/contract";
import { useEffect } from "react";
import { useView, go } from "../app/view.ts";
import type { Server } from "../../contract/index.ts";
import { servers } from "../data/servers.ts";
import { keys, queries } from "../data/queries.ts";
import { Palette } from "./palette/palette.tsx";
import { ShortcutsDialog } from "./palette/shortcuts-dialog.tsx";
import { DeleteProjectDialog, NewProjectDialog, RenameProjectDialog } from "./projects/dialogs.tsx";
import { SecretsDialog } from "./secrets/dialogs.tsx";
import { AddServerDialog } from "./servers/add-dialog.tsx";
import { ForgetServerDialog, RenameServerDialog } from "./servers/dialogs.tsx";
import { TagsDialog } from "./servers/tags-dialog.tsx";
import { DeleteServiceDialog } from "./services/delete-dialog.tsx";
import { NewServiceDialog } from "./services/new-dialog.tsx";

/** The one dialog that is open, if any; what it is about is looked up when it opens. */
export function Dialogs({ server }: { server: Server | undefined }) {
  const dialog = useView((view) => view.dialog);
  if (!dialog) return null;
  switch (dialog.type) {
    case "palette":
      return <Palette />;
    case "secrets":
      return <SecretsDialog act={dialog.act} />;
    case "shortcuts":
      return <ShortcutsDialog />;
    case "add-server":
      return <AddServerDialog />;
    case "rename-server":
    case "forget-server":
    case "server-tags": {
      const about = servers.get()?.find((each) => each.id === dialog.serverId);
      if (!about) return <Gone />;
      if (dialog.type === "server-tags") return <TagsDialog server={about} />;
      return dialog.type === "rename-server" ? <RenameServerDialog server={about} /> : <ForgetServerDialog server={about} />;
    }
    default:
      return server ? <OfServer server={server} /> : <Gone />;
  }
}

function OfServer({ server }: { server: Server }) {
  const { dialog, projectId } = useView();
  const projects = queries.getQueryData<Project[]>(keys.projects(server.id)) ?? [];
  const project = (id: string | null) => projects.find((each) => each.id === id);
  switch (dialog?.type) {
    case "new-project":
      return <NewProjectDialog server={server} />;
    case "rename-project":
    case "delete-project": {
      const about = project(dialog.projectId);
      if (!about) return <Gone />;
      return dialog.type === "rename-project" ? <RenameProjectDialog server={server} project={about} /> : <DeleteProjectDialog server={server} project={about} />;
    }
    case "new-service": {
      const about = project(projectId);
      return about ? <NewServiceDialog server={server} project={about} /> : <Gone />;
    }
    case "delete-service": {
      const services = projectId ? (queries.getQueryData<Service[]>(keys.services(server.id, projectId)) ?? []) : [];
      const about = services.find((each) => each.id === dialog.serviceId);
      return about ? <DeleteServiceDialog server={server} service={about} /> : <Gone />;
    }
    default:
      return <Gone />;
  }
}

/** What the dialog was about went away meanwhile. */
function Gone() {
  useEffect(() => go.closeDialog(), []);
  return null;
}
