import type { Admission, Project, Service } from "@aeroplane/agent/contract";
import { useEffect } from "react";
import { environmentIn, useView, go } from "../app/view.ts";
import type { Server } from "../../contract/index.ts";
import { servers } from "../data/servers.ts";
import { keys, queries } from "../data/queries.ts";
import { Palette } from "./palette/palette.tsx";
import { ShortcutsDialog } from "./palette/shortcuts-dialog.tsx";
import { ChangeRoleDialog, Invitation, InviteDialog, RevokeDialog } from "./people/dialogs.tsx";
import { DeleteEnvironmentDialog, NewEnvironmentDialog, RenameEnvironmentDialog } from "./environments/dialogs.tsx";
import { DeleteProjectDialog, NewProjectDialog, RenameProjectDialog } from "./projects/dialogs.tsx";
import { SecretsDialog } from "./secrets/dialogs.tsx";
import { AddServerDialog } from "./servers/add-dialog.tsx";
import { ForgetHostKeyDialog } from "./servers/host-key.tsx";
import { ForgetServerDialog, RenameServerDialog } from "./servers/dialogs.tsx";
import { UninstallDialog } from "./servers/uninstall-dialog.tsx";
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
    case "forget-host-key":
    case "uninstall-server":
    case "server-tags":
    case "forget-server": {
      const about = servers.get()?.find((each) => each.id === dialog.serverId);
      if (!about) return <Gone />;
      if (dialog.type === "forget-host-key") return <ForgetHostKeyDialog server={about} address={dialog.address} />;
      if (dialog.type === "uninstall-server") return <UninstallDialog server={about} />;
      if (dialog.type === "server-tags") return <TagsDialog server={about} />;
      return dialog.type === "rename-server" ? <RenameServerDialog server={about} /> : <ForgetServerDialog server={about} />;
    }
    default:
      return server ? <OfServer server={server} /> : <Gone />;
  }
}

function OfServer({ server }: { server: Server }) {
  const view = useView();
  const { dialog, projectId } = view;
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
    case "new-environment": {
      const about = project(dialog.projectId);
      return about ? <NewEnvironmentDialog server={server} project={about} /> : <Gone />;
    }
    case "rename-environment":
    case "delete-environment": {
      const of = projects.find(({ environments }) => environments.some(({ id }) => id === dialog.environmentId));
      const about = of?.environments.find(({ id }) => id === dialog.environmentId);
      if (!of || !about) return <Gone />;
      const props = { server, project: of, environment: about };
      return dialog.type === "rename-environment" ? <RenameEnvironmentDialog {...props} /> : <DeleteEnvironmentDialog {...props} />;
    }
    case "invite-person":
      return <InviteDialog server={server} />;
    case "invitation":
    case "change-role":
    case "revoke-person": {
      const admission = queries.getQueryData<Admission>(keys.people(server.id));
      const about = admission?.people.find((each) => each.id === dialog.personId);
      if (!admission || !about) return <Gone />;
      if (dialog.type === "invitation") return <Invitation server={server} person={about} admission={admission} />;
      return dialog.type === "change-role" ? <ChangeRoleDialog server={server} person={about} /> : <RevokeDialog server={server} person={about} />;
    }
    case "new-service": {
      const about = project(projectId);
      const environment = about && environmentIn(about, view);
      return environment ? <NewServiceDialog server={server} project={about} environment={environment} /> : <Gone />;
    }
    case "delete-service": {
      const within = project(projectId);
      const environment = within && environmentIn(within, view);
      const services = environment ? (queries.getQueryData<Service[]>(keys.services(server.id, environment.id)) ?? []) : [];
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
