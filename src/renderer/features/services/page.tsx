import { MoreHorizontalIcon, PlusIcon } from "lucide-react";
import { useEffect } from "react";
import type { Environment, Project } from "@aeroplane/agent/contract";
import { action, menuOf, projectMenu } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { Bar } from "../../app/bar.tsx";
import { environmentIn, go, useView } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useProjects } from "../../data/agent.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Empty } from "../../ui/note.tsx";
import { EnvironmentButton } from "../environments/button.tsx";
import { Refusal } from "../refusal.tsx";
import { StaleNote } from "../servers/stale.tsx";
import { EnvironmentPage, Loading } from "./environment-page.tsx";

export function ProjectPage({ server, projectId }: { server: Server; projectId: string }) {
  const view = useView();
  const projects = useProjects(server);
  const project = projects.data?.find((each) => each.id === projectId);
  const environment = project && environmentIn(project, view);
  const gone = projects.data && !project;
  const unsaid = view.environmentId === null ? environment?.id : undefined;
  useEffect(() => {
    // The page then stays the same one, whatever is looked at last meanwhile.
    if (unsaid !== undefined) go.correct({ environmentId: unsaid });
  }, [unsaid]);
  return (
    <>
      <Top server={server} project={project} environment={environment} />
      {/* Above the grid and the drawer: neither may hide it. */}
      <div className="shrink-0 border-b border-line pb-4 empty:hidden">
        <StaleNote server={server} />
      </div>
      <div className="relative flex min-h-0 flex-1 flex-col overflow-hidden">
        {!environment && <Refusal />}
        {gone && (
          <Empty title="This project is no longer here" act={<Button onClick={() => go.section("projects")}>Show projects</Button>}>
            It was deleted.
          </Empty>
        )}
        {!projects.data && projects.isLoading && <Loading />}
        {environment && <EnvironmentPage key={environment.id} server={server} environment={environment} />}
      </div>
    </>
  );
}

/** Where it is and what can be done; what a menu is about is read when it opens. */
function Top({ server, project, environment }: { server: Server; project: Project | undefined; environment: Environment | undefined }) {
  const create = () => action("service.new").run(readContext());
  return (
    <Bar
      path={[{ name: "Projects", onClick: () => go.section("projects") }, { name: project?.name ?? "Project" }]}
      environment={project && environment && <EnvironmentButton project={project} environment={environment} />}
      act={
        project && (
          <div className="flex items-center gap-1.5">
            <Button icon={<Icon of={PlusIcon} />} onClick={create} disabled={!answers(server)} refused={refusedTo(server, "deployer")}>
              New service
            </Button>
            <Menu
              items={() => menuOf(projectMenu.slice(1), readContext({ project, environment }))}
              trigger={
                <IconButton label="Acts on the project">
                  <Icon of={MoreHorizontalIcon} />
                </IconButton>
              }
            />
          </div>
        )
      }
    />
  );
}
