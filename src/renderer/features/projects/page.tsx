import { BoxIcon, MoreHorizontalIcon, PlusIcon } from "lucide-react";
import { useMemo } from "react";
import type { Project, Service } from "@aeroplane/agent/contract";
import { action, menuOf } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { Bar } from "../../app/bar.tsx";
import { go, useView, type View } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useEveryService, useProjects } from "../../data/agent.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { problemOf } from "../../data/problem.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Segments } from "../../ui/choice.tsx";
import { FilterField } from "../../ui/filter-field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Empty, ProblemNote } from "../../ui/note.tsx";
import { State } from "../../ui/state.tsx";
import { Skeleton } from "../../ui/text.tsx";
import { VirtualGrid } from "../../ui/virtual-grid.tsx";
import { Refusal } from "../refusal.tsx";
import { sortedProjects, summaryOf, type Summary } from "./summary.ts";
import { Stale, StaleNote } from "../servers/stale.tsx";

export function ProjectsPage({ server }: { server: Server }) {
  const projects = useProjects(server);
  const services = useEveryService(server);
  const view = useView();
  const { filter, projectOrder } = view;
  const summaries = useMemo(() => summariesOf(services.data ?? []), [services.data]);
  const shown = useMemo(() => sortedProjects(projects.data ?? [], summaries, { filter, projectOrder }), [projects.data, summaries, filter, projectOrder]);
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
        <div aria-busy className="grid grid-cols-[repeat(auto-fill,minmax(260px,1fr))] gap-3 px-5 pt-[52px]">
          {[0, 1, 2].map((card) => (
            <Skeleton key={card} className="h-[84px] !rounded-lg" />
          ))}
        </div>
      )}
      {projects.data?.length === 0 && (
        <Empty
          title="No project yet"
          act={
            <Button kind="primary" icon={<Icon of={PlusIcon} />} onClick={() => action("service.first").run(readContext({ server }))} disabled={!answers(server)} refused={refusedTo(server, "deployer")}>
              New service
            </Button>
          }
        >
          A project holds services that belong together and reach each other by name. It is made with its first service.
        </Empty>
      )}
      {projects.data && projects.data.length > 0 && <Heading count={projects.data.length} found={shown.length} />}
      {projects.data && projects.data.length > 0 && shown.length === 0 && (
        <Empty title={`No project matches “${view.filter}”`} act={<Button onClick={() => useView.setState({ filter: "" })}>Clear the filter</Button>} />
      )}
      {shown.length > 0 && (
        <Stale server={server} className="flex min-h-0 flex-1 flex-col">
          <VirtualGrid
            label="Projects"
            items={shown}
            keyOf={(project) => project.id}
            rowHeight={84}
            minWidth={260}
            onOpen={(project) => go.project(project.id)}
            render={(project, focusable) => <Card project={project} summary={summaries.get(project.id) ?? null} {...focusable} />}
          />
        </Stale>
      )}
    </>
  );
}

/** Project → how its services stand. */
function summariesOf(services: readonly Service[]): Map<string, Summary | null> {
  const of = Map.groupBy(services, ({ projectId }) => projectId);
  return new Map([...of].map(([id, list]) => [id, summaryOf(list)]));
}

const ORDERS: { value: View["projectOrder"]; label: string }[] = [
  { value: "newest", label: "Newest" },
  { value: "name", label: "Name" },
  { value: "state", label: "State" },
];

/** How many there are, which of them, and in which order. */
function Heading({ count, found }: { count: number; found: number }) {
  const { filter, projectOrder } = useView();
  return (
    <div className="flex h-12 shrink-0 items-center gap-3 px-5 pt-1">
      <FilterField label="Filter projects" value={filter} onChange={(next) => useView.setState({ filter: next })} />
      <span className="tabular text-xs text-text-2">{filter ? `${found} of ${count}` : count === 1 ? "1 project" : `${count} projects`}</span>
      <span className="ml-auto flex items-center gap-2 text-xs text-text-2">
        <span aria-hidden>Sort by</span>
        <Segments label="Sort by" value={projectOrder} items={ORDERS} onChange={(next) => useView.setState({ projectOrder: next })} />
      </span>
    </div>
  );
}

function Card({ project, summary, ...focusable }: { project: Project; summary: Summary | null; tabIndex: number; "data-index": number }) {
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
          <span className="flex min-w-0 items-center gap-2.5">
            <span className="tabular shrink-0 text-xs text-text-2">{project.serviceCount === 1 ? "1 service" : `${project.serviceCount} services`}</span>
            {summary && <State shrink tone={summary.tone}>{summary.words}</State>}
          </span>
        </span>
      </button>
      <div className="absolute top-1/2 right-3 -translate-y-1/2">
        <Menu
          items={() => menuOf(["project.rename", "project.delete"], readContext({ project, services: [] }))}
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
