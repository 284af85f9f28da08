import type { Environment, Project } from "@aeroplane/agent/contract";
import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useEnvironmentDeletion } from "../../data/agent.ts";
import { keys, queries } from "../../data/queries.ts";
import { client } from "../../link.ts";
import { ConfirmDialog } from "../confirm.tsx";
import { NameDialog } from "../name-dialog.tsx";

const to = (server: Server) => ({ context: { serverId: server.id } });
const renew = (server: Server) => queries.invalidateQueries({ queryKey: keys.projects(server.id) });
type Props = { server: Server; project: Project };

export function NewEnvironmentDialog({ server, project }: Props) {
  return (
    <NameDialog
      title={`Add an environment to ${project.name}`}
      about="Its services have a network, names and variables of their own; those of other environments are out of reach."
      word="Create the environment"
      placeholder="staging"
      onClose={go.closeDialog}
      act={async (name) => {
        const environment = await client.agent.environments.create({ projectId: project.id, name }, to(server));
        await renew(server);
        go.environment(project.id, environment.id);
      }}
    />
  );
}

export function RenameEnvironmentDialog({ server, environment }: Props & { environment: Environment }) {
  return (
    <NameDialog
      title={`Rename ${environment.name}`}
      initial={environment.name}
      word="Rename"
      onClose={go.closeDialog}
      act={async (name) => {
        await client.agent.environments.rename({ id: environment.id, name }, to(server));
        await renew(server);
      }}
    />
  );
}

export function DeleteEnvironmentDialog({ server, project, environment }: Props & { environment: Environment }) {
  const deletion = useEnvironmentDeletion(server, environment.id);
  // An empty one has nothing to lose.
  const empty = deletion.data?.length === 0;
  return (
    <ConfirmDialog
      title={`Delete ${environment.name} of ${project.name}`}
      about={
        empty
          ? "It holds nothing. Other environments stay as they are."
          : "Every service of it stops and goes, with its releases, variables and logs, and so do its volumes, those in its trash too. They cannot be brought back. Other environments stay as they are."
      }
      goes={deletion.data}
      trouble={deletion.error}
      name={empty ? null : environment.name}
      word="Delete the environment"
      onClose={go.closeDialog}
      act={async (typed) => {
        await client.agent.environments.delete({ id: environment.id, confirm: empty ? environment.name : typed }, to(server));
        const next = project.environments.find(({ id }) => id !== environment.id);
        if (next) go.environment(project.id, next.id);
      }}
    />
  );
}
