import { Tabs } from "@base-ui/react/tabs";
import { PlusIcon } from "lucide-react";
import { useMemo } from "react";
import type { Environment } from "@aeroplane/agent/contract";
import { action } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import type { ProjectTab } from "../../address/pages.ts";
import { Boundary } from "../../app/boundary.tsx";
import { DRAWER_COVERS, useMedia } from "../../app/media.ts";
import { go, useView } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useServices } from "../../data/agent.ts";
import { takesVolumes, useVolumes } from "../../data/volumes.ts";
import { useStaged } from "../../data/staged.ts";
import { answers } from "../../data/servers.ts";
import { useForms } from "../../drafts/drafts.ts";
import { isUnsaved } from "../../drafts/unsaved.ts";
import { problemOf } from "../../data/problem.ts";
import { Button } from "../../ui/button.tsx";
import { FilterField } from "../../ui/filter-field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Empty, ProblemNote } from "../../ui/note.tsx";
import { wordsOf } from "../../shapes/shapes.ts";
import { Skeleton } from "../../ui/text.tsx";
import { Unsaved } from "../../ui/unsaved.tsx";
import { VirtualGrid } from "../../ui/virtual-grid.tsx";
import { Stale } from "../servers/stale.tsx";
import { StagedBar } from "../staged/bar.tsx";
import { rowsOf } from "../staged/rows.ts";
import { VariablesTab } from "../variables/tab.tsx";
import { EnvironmentVolumes } from "../volumes/environment-tab.tsx";
import { CARD_HEIGHT, ServiceCard } from "./card.tsx";
import { Refusal } from "../refusal.tsx";
import { Changed } from "./changed.tsx";
import { Drawer } from "./drawer.tsx";

/** The services of one environment, the variables that it shares, or its volumes. */
export function EnvironmentPage({ server, environment }: { server: Server; environment: Environment }) {
  const { serviceId, filter, drawerWidth, projectTab } = useView();
  const services = useServices(server, environment.id);
  const stage = useStaged(server, environment.id);
  const staged = stage.data ?? [];
  const covers = useMedia(DRAWER_COVERS);
  const unsaved = isUnsaved(useForms({ serverId: server.id, environmentId: environment.id, serviceId: null }));
  const shownServices = useMemo(() => {
    const word = filter.trim().toLowerCase();
    const all = services.data ?? [];
    return word ? all.filter((each) => `${each.name} ${each.hostname ?? ""} ${wordsOf(each)} ${each.state}`.toLowerCase().includes(word)) : all;
  }, [services.data, filter]);
  const selected = services.data?.find((each) => each.id === serviceId);
  const covered = selected && !covers ? drawerWidth : 0;
  const create = () => action("service.new").run(readContext());
  const bar =
    staged.length > 0 ? (
      <StagedBar server={server} environmentId={environment.id} rows={staged} services={services.data ?? []} covered={covered} />
    ) : (
      <Changed services={server.connection.state === "ready" ? (services.data ?? []) : []} covered={covered} />
    );
  const unknown = stage.isError && stage.data === undefined && (
    <div className="px-5 pt-4">
      <ProblemNote problem={problemOf(stage.error)} onRetry={() => void stage.refetch()} />
    </div>
  );
  // Of an environment that is empty by now something may lie in the trash.
  const volumes = useVolumes(server, environment.id, services.data !== undefined && (services.data.length === 0 || services.data.some(takesVolumes)));
  const known = !!volumes.data && (volumes.data.length > 0 || !!services.data?.some(takesVolumes));
  const heading = { count: services.data?.length, found: shownServices.length, unsaved, volumes: known || projectTab === "volumes" };
  if (projectTab === "volumes") {
    return (
      <>
        <Refusal />
        {unknown}
        <Heading {...heading} />
        <EnvironmentVolumes server={server} environment={environment} services={services.data ?? []} />
        {staged.length > 0 && bar}
      </>
    );
  }
  if (projectTab === "shared") {
    return (
      <>
        <Refusal />
        {unknown}
        <Heading {...heading} />
        <VariablesTab
          server={server}
          scope={{ environmentId: environment.id, serviceId: null }}
          about="A service of this environment refers to them as ${{shared.NAME}}."
          empty="What several services of this environment need is kept once here, and reaches those that refer to it."
        />
        {staged.length > 0 && bar}
      </>
    );
  }
  return (
    <>
      {/* The drawer has it where there is one: it may cover all of this. */}
      {!selected && <Refusal />}
      <Heading {...heading} covered={covered} />
      {!services.isError && unknown}
      {services.isError && (
        <div className="p-5">
          <ProblemNote problem={problemOf(services.error)} detail onRetry={() => void services.refetch()} />
        </div>
      )}
      {services.data?.length === 0 && (
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
            covered={covered}
            foot={72}
            selected={serviceId}
            onOpen={(service) => go.service(service.id)}
            render={(service, focusable) => (
              <Boundary what={`the card of ${service.name}`} of={service.id} card>
                <ServiceCard serverId={server.id} service={service} staged={rowsOf(staged, service.id)} selected={service.id === serviceId} {...focusable} />
              </Boundary>
            )}
          />
        </Stale>
      )}
      {bar}
      {selected && (
        <Boundary what="the drawer" of={selected.id} className="absolute inset-y-0 right-0 z-20 w-140 border-l border-line-2 bg-surface p-5 shadow-float">
          <Drawer key={selected.id} server={server} service={selected} staged={rowsOf(staged, selected.id)} />
        </Boundary>
      )}
    </>
  );
}

/** `more`: what is left out where the drawer leaves little room. */
const TABS: { id: ProjectTab; name: string; more?: string }[] = [
  { id: "services", name: "Services" },
  { id: "shared", name: "Shared", more: " variables" },
  { id: "volumes", name: "Volumes" },
];

/** What of an environment is looked at; how many services, and which. */
function Heading({ count, found, unsaved, volumes, covered = 0 }: { count: number | undefined; found: number; unsaved: boolean; /** Whether it keeps any. */ volumes: boolean; /** On its right, by the drawer. */ covered?: number }) {
  const { filter, projectTab } = useView();
  return (
    <div style={covered > 0 ? { paddingRight: `calc(min(${covered}px, 100% - 300px) + 20px)` } : undefined} className="@container flex h-12 shrink-0 items-center gap-2 px-5 pt-1">
      <Tabs.Root className="shrink-0" value={projectTab} onValueChange={(value) => go.projectTab(value as ProjectTab)}>
        <Tabs.List aria-label="Of the environment" className="flex gap-1">
          {TABS.filter(({ id }) => id !== "volumes" || volumes).map(({ id, name, more }) => (
            <Tabs.Tab key={id} value={id} className="flex h-7 items-center gap-1.5 rounded-md border border-transparent px-2 text-xs font-medium text-text-2 hover:bg-hover hover:text-text data-active:border-rim data-active:bg-chosen data-active:text-text data-active:shadow-card">
              <span>
                {name}
                {more && <span className="@max-[400px]:sr-only">{more}</span>}
              </span>
              {id === "shared" && unsaved && <Unsaved />}
              {id === "services" && count !== undefined && count > 0 && <span className="tabular ml-0.5 font-normal text-text-2">{filter ? `${found} of ${count}` : count}</span>}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs.Root>
      {projectTab === "services" && !!count && <Filter />}
    </div>
  );
}

function Filter() {
  const filter = useView((view) => view.filter);
  return (
    <div className="ml-2 flex min-w-0">
      <FilterField label="Filter services" value={filter} onChange={(next) => useView.setState({ filter: next })} />
    </div>
  );
}

export function Loading() {
  return (
    <div aria-busy className="grid grid-cols-[repeat(auto-fill,minmax(265px,1fr))] gap-3 px-5 pt-[52px]">
      {[0, 1, 2, 3, 4, 5].map((card) => (
        <Skeleton key={card} className="h-[132px] !rounded-lg" />
      ))}
    </div>
  );
}
