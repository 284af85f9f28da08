import { ListFilterIcon, MoreHorizontalIcon, PlusIcon } from "lucide-react";
import { useMemo } from "react";
import { action, menuOf, projectMenu } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { Bar } from "../../app/bar.tsx";
import { Boundary } from "../../app/boundary.tsx";
import { DRAWER_COVERS, useMedia } from "../../app/media.ts";
import { go, useView } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useProjects, useServices } from "../../data/agent.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { problemOf } from "../../data/problem.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Empty, ProblemNote } from "../../ui/note.tsx";
import { wordsOf } from "../../shapes/shapes.ts";
import { Skeleton } from "../../ui/text.tsx";
import { VirtualGrid } from "../../ui/virtual-grid.tsx";
import { Refusal } from "../refusal.tsx";
import { Stale, StaleNote } from "../servers/stale.tsx";
import { CARD_HEIGHT, ServiceCard } from "./card.tsx";
import { Changed } from "./changed.tsx";
import { Drawer } from "./drawer.tsx";

export function ProjectPage({ server, projectId }: { server: Server; projectId: string }) {
  const { serviceId, filter, drawerWidth } = useView();
  const projects = useProjects(server);
  const project = projects.data?.find((each) => each.id === projectId);
  const services = useServices(server, projectId);
  const covers = useMedia(DRAWER_COVERS);
  const shownServices = useMemo(() => {
    const word = filter.trim().toLowerCase();
    const all = services.data ?? [];
    return word ? all.filter((each) => `${each.name} ${each.hostname ?? ""} ${wordsOf(each)} ${each.state}`.toLowerCase().includes(word)) : all;
  }, [services.data, filter]);
  const selected = services.data?.find((each) => each.id === serviceId);
  const create = () => action("service.new").run(readContext());
  const gone = projects.data && !project;
  return (
    <>
      <Bar
        path={[{ name: "Projects", onClick: () => go.section("projects") }, { name: project?.name ?? "Project" }]}
        environment={project?.environment.name}
        act={
          project && (
            <div className="flex items-center gap-1.5">
              <Button icon={<Icon of={PlusIcon} />} onClick={create} disabled={!answers(server)} refused={refusedTo(server, "deployer")}>
                New service
              </Button>
              <Menu
                items={menuOf(projectMenu.slice(1), readContext({ project, services: services.data ?? [] }))}
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
      {/* Above the grid and the drawer: neither may hide it. */}
      <div className="shrink-0 border-b border-line pb-4 empty:hidden">
        <StaleNote server={server} />
      </div>
      <div className="relative flex min-h-0 flex-1 flex-col overflow-hidden">
        <Refusal />
        {gone && (
          <Empty title="This project is no longer here" act={<Button onClick={() => go.section("projects")}>Show projects</Button>}>
            It was deleted.
          </Empty>
        )}
        {services.isError && (
          <div className="p-5">
            <ProblemNote problem={problemOf(services.error)} detail onRetry={() => void services.refetch()} />
          </div>
        )}
        {!gone && services.data?.length === 0 && (
          <Empty
            title="No service yet"
            act={
              <Button kind="primary" icon={<Icon of={PlusIcon} />} onClick={create} disabled={!answers(server)}>
                New service
              </Button>
            }
          >
            A service is made from a Git repository, a Docker image or a folder of files.
          </Empty>
        )}
        {services.data && services.data.length > 0 && <Heading count={services.data.length} found={shownServices.length} />}
        {services.isLoading && <Loading />}
        {services.data && services.data.length > 0 && shownServices.length === 0 && (
          <Empty title={`No service matches “${filter}”`} act={<Button onClick={() => useView.setState({ filter: "" })}>Clear the filter</Button>} />
        )}
        {shownServices.length > 0 && (
          <Stale server={server} className="flex min-h-0 flex-1 flex-col">
            <VirtualGrid
              label="Services"
              items={shownServices}
              keyOf={(service) => service.id}
              rowHeight={CARD_HEIGHT}
              minWidth={265}
              covered={selected && !covers ? drawerWidth : 0}
              foot={72}
              selected={serviceId}
              onOpen={(service) => go.service(service.id)}
              render={(service, focusable) => (
                <Boundary what={`the card of ${service.name}`} of={service.id} className="h-full overflow-auto">
                  <ServiceCard service={service} selected={service.id === serviceId} {...focusable} />
                </Boundary>
              )}
            />
          </Stale>
        )}
        <Changed services={server.connection.state === "ready" ? (services.data ?? []) : []} covered={selected && !covers ? drawerWidth : 0} />
        {selected && (
          <Boundary what="the drawer" of={selected.id} className="absolute inset-y-0 right-0 z-20 w-140 border-l border-line-2 bg-surface p-5 shadow-float">
            <Drawer key={selected.id} server={server} service={selected} />
          </Boundary>
        )}
      </div>
    </>
  );
}

function Heading({ count, found }: { count: number; found: number }) {
  const filter = useView((view) => view.filter);
  return (
    <div className="flex h-12 shrink-0 items-center gap-2 px-5 pt-1">
      <h3 className="text-xs font-medium text-text-2">Services</h3>
      <span className="tabular text-xs text-text-3">{filter ? `${found} of ${count}` : count}</span>
      <label className="ml-2 flex h-7 w-32 min-w-0 items-center gap-2 rounded-md px-2 text-text-2 focus-within:bg-sunken hover:bg-hover">
        <Icon of={ListFilterIcon} size={14} className="shrink-0" />
        <span className="sr-only">Filter services</span>
        <input
          id="filter"
          value={filter}
          placeholder="Filter"
          onChange={(event) => useView.setState({ filter: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === "Escape" && filter) {
              event.preventDefault();
              useView.setState({ filter: "" });
            }
          }}
          className="w-full min-w-0 bg-transparent text-xs text-text outline-none"
        />
        {!filter && <Kbd>/</Kbd>}
      </label>
    </div>
  );
}

function Loading() {
  return (
    <div aria-busy className="grid grid-cols-[repeat(auto-fill,minmax(265px,1fr))] gap-3 px-5 pt-[52px]">
      {[0, 1, 2, 3, 4, 5].map((card) => (
        <Skeleton key={card} className="h-[132px] !rounded-lg" />
      ))}
    </div>
  );
}
