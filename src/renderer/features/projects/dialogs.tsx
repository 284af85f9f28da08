import type { Project } from "@aeroplane/agent/contract";
import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useProjectDeletion } from "../../data/agent.ts";
import { keys, queries } from "../../data/queries.ts";
import { client } from "../../link.ts";
import { ConfirmDialog } from "../confirm.tsx";
import { NameDialog } from "../name-dialog.tsx";

const to = (server: Server) => ({ context: { serverId: server.id } });
const renew = (server: Server) => queries.invalidateQueries({ queryKey: keys.projects(server.id) });

export function NewProjectDialog({ server }: { server: Server }) {
  return (
    <NameDialog
      title="New project"
      about="A project holds services that reach each other by name."
      word="Create the project"
      placeholder="shop"
      onClose={go.closeDialog}
      act={async (name) => {
        const project = await client.agent.projects.create({ name }, to(server));
        await renew(server);
        go.project(project.id);
      }}
    />
  );
}

export function RenameProjectDialog({ server, project }: { server: Server; project: Project }) {
  return (
    <NameDialog
      title={`Rename ${project.name}`}
      initial={project.name}
      word="Rename"
      onClose={go.closeDialog}
      act={async (name) => {
        await client.agent.projects.rename({ id: project.id, name }, to(server));
        await renew(server);
      }}
    />
  );
}

export function DeleteProjectDialog({ server, project }: { server: Server; project: Project }) {
  const { data: goes, error } = useProjectDeletion(server, project);
  return (
    <ConfirmDialog
      title={`Delete ${project.name}`}
      about={
        goes?.length === 0
          ? "The project holds nothing. It cannot be brought back."
          : "Every service of it stops and goes, with its releases, variables and logs, and so do its volumes, those in the trash too. They cannot be brought back."
      }
      goes={goes}
      trouble={error}
      // An empty one has nothing to lose.
      name={goes?.length === 0 ? null : project.name}
      word="Delete the project"
      onClose={go.closeDialog}
      act={async (typed) => {
        await client.agent.projects.delete({ id: project.id, confirm: goes?.length === 0 ? project.name : typed }, to(server));
        go.section("projects");
      }}
    />
  );
}
