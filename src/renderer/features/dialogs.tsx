import type { Environment, Project, Service } from "@aeroplane/agent/contract";
import { useEffect } from "react";
import type { Dialog } from "../address/dialogs.ts";
import { environmentIn, useView, go } from "../app/view.ts";
import type { Server } from "../../contract/index.ts";
import { usePeople, useProjects, useServices } from "../data/agent.ts";
import { servers } from "../data/servers.ts";
import { useVolumes } from "../data/volumes.ts";
import { ShortcutsDialog } from "./palette/shortcuts-dialog.tsx";
import { ChangeRoleDialog, Invitation, InviteDialog, RevokeDialog } from "./people/dialogs.tsx";
import { CompareDialog, RollBackDialog } from "./deployments/back-dialog.tsx";
import { DeleteEnvironmentDialog, NewEnvironmentDialog, RenameEnvironmentDialog } from "./environments/dialogs.tsx";
import { DeleteProjectDialog, NewProjectDialog, RenameProjectDialog } from "./projects/dialogs.tsx";
import { RunCommandDialog } from "./runs/dialog.tsx";
import { RunDialog } from "./runs/log-dialog.tsx";
import { SecretsDialog } from "./secrets/dialogs.tsx";
import { AddServerDialog } from "./servers/add-dialog.tsx";
import { ForgetHostKeyDialog } from "./servers/host-key.tsx";
import { ForgetServerDialog, RenameServerDialog } from "./servers/dialogs.tsx";
import { SignInDialog } from "./servers/sign-in-dialog.tsx";
import { UninstallDialog } from "./servers/uninstall-dialog.tsx";
import { ProxiesDialog } from "./servers/proxies-dialog.tsx";
import { TagsDialog } from "./servers/tags-dialog.tsx";
import { DeleteServiceDialog } from "./services/delete-dialog.tsx";
import { DomainDialog } from "./services/domain-dialog.tsx";
import { NewServiceDialog } from "./services/new-dialog.tsx";
import { DiscardStagedDialog } from "./staged/discard-dialog.tsx";
import { ReviewDialog } from "./staged/review-dialog.tsx";
import { BudgetsDialog } from "./storage/budgets-dialog.tsx";
import { CleanupDialog } from "./storage/cleanup-dialog.tsx";
import { AddVolumeDialog } from "./volumes/add-dialog.tsx";
import { EmptyVolumeDialog, RemoveVolumeDialog, RenameVolumeDialog } from "./volumes/dialogs.tsx";
import { CopyVolumeDialog } from "./volumes/copy-dialog.tsx";
import { ReturnVolumeDialog } from "./volumes/place-dialog.tsx";

/** The one dialog that is open, if any; what it is about is looked up while it is. */
export function Dialogs({ server }: { server: Server | undefined }) {
  const dialog = useView((view) => view.dialog);
  if (!dialog) return null;
  switch (dialog.type) {
    case "secrets":
      return <SecretsDialog act={dialog.act} />;
    case "shortcuts":
      return <ShortcutsDialog />;
    case "add-server":
      return <AddServerDialog />;
    case "rename-server":
    case "change-sign-in":
    case "forget-host-key":
    case "uninstall-server":
    case "server-tags":
    case "server-proxies":
    case "server-storage":
    case "server-cleanup":
    case "forget-server": {
      const about = servers.get()?.find((each) => each.id === dialog.serverId);
      if (!about) return <Gone />;
      if (dialog.type === "forget-host-key") return <ForgetHostKeyDialog server={about} address={dialog.address} />;
      if (dialog.type === "change-sign-in") return about.login ? <SignInDialog server={about} login={about.login} /> : <Gone />;
      if (dialog.type === "uninstall-server") return <UninstallDialog server={about} />;
      if (dialog.type === "server-storage") return <BudgetsDialog server={about} />;
      if (dialog.type === "server-cleanup") return <CleanupDialog server={about} />;
      if (dialog.type === "server-proxies") return <ProxiesDialog server={about} />;
      if (dialog.type === "server-tags") return <TagsDialog server={about} />;
      return dialog.type === "rename-server" ? <RenameServerDialog server={about} /> : <ForgetServerDialog server={about} />;
    }
    default:
      return server ? <OfServer server={server} dialog={dialog} /> : <Gone />;
  }
}

type OfServerProps = { server: Server; dialog: Dialog };

function OfServer({ server, dialog }: OfServerProps) {
  switch (dialog.type) {
    case "new-project":
      return <NewProjectDialog server={server} />;
    case "first-service":
      return <NewServiceDialog server={server} place={null} />;
    case "invite-person":
      return <InviteDialog server={server} />;
    case "invitation":
    case "change-role":
    case "revoke-person":
      return <OfPerson server={server} dialog={dialog} />;
    default:
      return <OfProject server={server} dialog={dialog} />;
  }
}

function OfPerson({ server, dialog }: OfServerProps & { dialog: { personId: string } }) {
  const { data: admission, isLoading } = usePeople(server);
  const about = admission?.people.find((each) => each.id === dialog.personId);
  if (!admission || !about) return isLoading ? null : <Gone />;
  if (dialog.type === "invitation") return <Invitation server={server} person={about} admission={admission} />;
  return dialog.type === "change-role" ? <ChangeRoleDialog server={server} person={about} /> : <RevokeDialog server={server} person={about} />;
}

function OfProject({ server, dialog }: OfServerProps) {
  const view = useView();
  const { data: projects = [], isLoading } = useProjects(server);
  const gone = isLoading ? null : <Gone />;
  switch (dialog.type) {
    case "rename-project":
    case "delete-project":
    case "new-environment": {
      const about = projects.find((each) => each.id === dialog.projectId);
      if (!about) return gone;
      if (dialog.type === "new-environment") return <NewEnvironmentDialog server={server} project={about} />;
      return dialog.type === "rename-project" ? <RenameProjectDialog server={server} project={about} /> : <DeleteProjectDialog server={server} project={about} />;
    }
    case "review-staged":
    case "discard-staged":
    case "rename-environment":
    case "delete-environment": {
      const of = projects.find(({ environments }) => environments.some(({ id }) => id === dialog.environmentId));
      const about = of?.environments.find(({ id }) => id === dialog.environmentId);
      if (!of || !about) return gone;
      const props = { server, project: of, environment: about };
      if (dialog.type === "review-staged") return <ReviewDialog {...props} />;
      if (dialog.type === "discard-staged") return <DiscardStagedDialog {...props} />;
      return dialog.type === "rename-environment" ? <RenameEnvironmentDialog {...props} /> : <DeleteEnvironmentDialog {...props} />;
    }
    case "new-service":
    case "add-volume":
    case "rename-volume":
    case "copy-volume":
    case "remove-volume":
    case "return-volume":
    case "empty-volume":
    case "add-domain":
    case "roll-back":
    case "compare-releases":
    case "run-command":
    case "command":
    case "delete-service": {
      const within = projects.find((each) => each.id === view.projectId);
      const environment = within && environmentIn(within, view);
      return environment ? <OfEnvironment server={server} project={within} environment={environment} dialog={dialog} /> : gone;
    }
    default:
      return <Gone />;
  }
}

function OfEnvironment({ server, project, environment, dialog }: OfServerProps & { project: Project; environment: Environment }) {
  const { data: services = [], isLoading } = useServices(server, environment.id);
  if (dialog.type === "new-service") return <NewServiceDialog server={server} place={{ project, environment }} />;
  if ("volumeId" in dialog) return <OfVolume server={server} environment={environment} services={services} dialog={dialog} />;
  const about = "serviceId" in dialog ? services.find((each) => each.id === dialog.serviceId) : undefined;
  if (!about) return isLoading ? null : <Gone />;
  if (dialog.type === "add-volume") return <AddVolumeDialog server={server} service={about} />;
  if (dialog.type === "add-domain") return <DomainDialog server={server} service={about} />;
  if (dialog.type === "roll-back") return <RollBackDialog server={server} service={about} releaseId={dialog.releaseId} />;
  if (dialog.type === "compare-releases") return <CompareDialog server={server} service={about} releaseId={dialog.releaseId} />;
  if (dialog.type === "run-command") return <RunCommandDialog server={server} service={about} />;
  if (dialog.type === "command") return <RunDialog key={dialog.runId} server={server} service={about} runId={dialog.runId} />;
  return <DeleteServiceDialog server={server} service={about} />;
}

function OfVolume({ server, environment, services, dialog }: { server: Server; environment: Environment; services: Service[]; dialog: Dialog & { volumeId: string } }) {
  const { data: volumes, isLoading } = useVolumes(server, environment.id);
  const about = volumes?.find((each) => each.id === dialog.volumeId);
  if (!about) return isLoading ? null : <Gone />;
  const props = { server, volume: about, services };
  if (dialog.type === "rename-volume") return <RenameVolumeDialog {...props} />;
  if (dialog.type === "copy-volume") return <CopyVolumeDialog {...props} />;
  if (dialog.type === "remove-volume") return <RemoveVolumeDialog {...props} />;
  return dialog.type === "return-volume" ? <ReturnVolumeDialog {...props} /> : <EmptyVolumeDialog {...props} />;
}

/** What the dialog was about went away meanwhile. */
function Gone() {
  useEffect(() => go.closeDialog(), []);
  return null;
}
