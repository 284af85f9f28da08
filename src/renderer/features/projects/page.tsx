import { BoxIcon, MoreHorizontalIcon, PlusIcon } from "lucide-react";
import type { Project } from "@aeroplane/agent/contract";
import { action, menuOf } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { Bar } from "../../app/bar.tsx";
import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useProjects } from "../../data/agent.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { problemOf } from "../../data/problem.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Empty, ProblemNote } from "../../ui/note.tsx";
import { Skeleton } from "../../ui/text.tsx";
import { VirtualGrid } from "../../ui/virtual-grid.tsx";
import { Refusal } from "../refusal.tsx";
import { Stale, StaleNote } from "../servers/stale.tsx";

export function ProjectsPage({ server }: { server: Server }) {
  const projects = useProjects(server);
  const create = () => action("project.new").run(readContext());
  const act = (
    <Button icon={<Icon of={PlusIcon} />} onClick={create} disabled={!answers(server)} refused={refusedTo(server, "deployer")}>
      New project
    </Button>
  );
  return (
    <>
      <Bar path={[{ name: "Projects" }]} act={act} />
      <Refusal />
      <StaleNote server={server} />
      {projects.isError && (
        <div className="p-5">
          <ProblemNote problem={problemOf(projects.error)} detail onRetry={() => void projects.refetch()} />
        </div>
      )}
      {projects.isLoading && (
        <div aria-busy className="grid grid-cols-[repeat(auto-fill,minmax(260px,1fr))] gap-3 p-5">
          {[0, 1, 2].map((card) => (
            <Skeleton key={card} className="h-[84px] !rounded-lg" />
          ))}
        </div>
      )}
      {projects.data?.length === 0 && (
        <Empty
          title="No project yet"
          act={
            <Button kind="primary" icon={<Icon of={PlusIcon} />} onClick={create} disabled={!answers(server)} refused={refusedTo(server, "deployer")}>
              New project
            </Button>
          }
        >
          A project holds services that belong together and reach each other by name.
        </Empty>
      )}
      {projects.data && projects.data.length > 0 && (
        <Stale server={server} className="flex min-h-0 flex-1 flex-col">
          <VirtualGrid
            label="Projects"
            items={projects.data}
            keyOf={(project) => project.id}
            rowHeight={84}
            minWidth={260}
            top={20}
            onOpen={(project) => go.project(project.id)}
            render={(project, focusable) => <Card project={project} {...focusable} />}
          />
        </Stale>
      )}
    </>
  );
}

function Card({ project, ...focusable }: { project: Project; tabIndex: number; "data-index": number }) {
  return (
    <div className="relative h-full">
      <button
        type="button"
        {...focusable}
        onClick={() => go.project(project.id)}
        className="flex h-full w-full items-center gap-3 rounded-lg border border-line bg-surface px-3.5 text-left shadow-card hover:border-line-2"
      >
        <span className="flex size-[30px] shrink-0 items-center justify-center rounded-md border border-line bg-bg text-text-2">
          <Icon of={BoxIcon} />
        </span>
        <span className="min-w-0 flex-1 pr-8">
          <span title={project.name} className="block truncate text-base font-semibold tracking-[-0.01em]">
            {project.name}
          </span>
          <span className="tabular block truncate text-xs text-text-2">
            {project.serviceCount === 1 ? "1 service" : `${project.serviceCount} services`}
          </span>
        </span>
      </button>
      <div className="absolute top-1/2 right-3 -translate-y-1/2">
        <Menu
          items={menuOf(["project.rename", "project.delete"], readContext({ project, services: [] }))}
          trigger={
            <IconButton label={`Acts on ${project.name}`} tabIndex={focusable.tabIndex}>
              <Icon of={MoreHorizontalIcon} />
            </IconButton>
          }
        />
      </div>
    </div>
  );
}
