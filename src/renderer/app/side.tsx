import { BoxIcon, HistoryIcon, LayoutGridIcon, PlusIcon, ServerCogIcon, SquareTerminalIcon, UsersIcon } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import { memo } from "react";
import type { Project } from "@aeroplane/agent/contract";
import { action, menuOf, projectMenu } from "../actions/index.ts";
import { readContext } from "../actions/context.ts";
import type { Server } from "../../contract/index.ts";
import { useProjects } from "../data/agent.ts";
import { useLastReport } from "../data/doctor.ts";
import { hasShell, may, refusedTo } from "../data/role.ts";
import { answers, lettersOf, loginOf, type Tone } from "../data/servers.ts";
import { toneOf, troubles } from "../features/doctor/summary.ts";
import { JobsButton } from "../features/jobs/button.tsx";
import { TransfersButton } from "../features/transfers/button.tsx";
import { Meters } from "../features/servers/meters.tsx";
import { IconButton } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { Icon } from "../ui/icon.tsx";
import { ContextMenu } from "../ui/menu.tsx";
import { Dot } from "../ui/state.tsx";
import { Tags } from "../ui/tags.tsx";
import { Skeleton } from "../ui/text.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { SIDE_COLLAPSES, useMedia } from "./media.ts";
import { go, useView } from "./view.ts";

/** One server: its name and login, its sections, its projects; meters at the foot. Icons only where there is no room. */
export const Side = memo(({ server }: { server: Server }) => {
  const { section, projectId, sideOpen } = useView();
  const narrow = useMedia(SIDE_COLLAPSES) || !sideOpen;
  const projects = useProjects(server);
  const login = loginOf(server);
  const checks = useLastReport(server)?.checks ?? [];
  const wrong = troubles(checks.filter(({ state }) => state === "fail" || state === "warn"));
  // A section appears when it works: before its agent ever answered there is nothing to look into.
  const known = server.hello !== null;
  const badge = wrong ? { tone: toneOf(checks), words: wrong } : undefined;
  return (
    <nav
      aria-label={server.name}
      className={classes("flex shrink-0 flex-col border-r border-line bg-bg", narrow ? "w-14 items-center" : "w-[228px]")}
    >
      {!narrow && (
        <header className="px-3.5 pt-[13px] pb-4">
          <h1 title={server.name} className="truncate text-base font-semibold">
            {server.name}
          </h1>
          <p title={login} className={classes("truncate text-text-2", server.login ? "font-mono text-xs" : "text-xs")}>
            {login}
          </p>
          <Tags tags={server.tags} className="mt-1.5 -mb-1" />
        </header>
      )}
      <div className={classes("flex w-full flex-col gap-px px-2", narrow && "pt-3")}>
        <Row
          icon={LayoutGridIcon}
          name="Projects"
          figure={projects.data?.length}
          narrow={narrow}
          current={section === "projects" && !projectId}
          marked={section === "projects"}
          onClick={() => go.section("projects")}
        />
        {known && may(server, "owner") && (
          <Row
            icon={HistoryIcon}
            name="Activity"
            narrow={narrow}
            current={section === "activity"}
            marked={section === "activity"}
            onClick={() => go.section("activity")}
          />
        )}
        <Row
          icon={ServerCogIcon}
          name="Server"
          badge={badge}
          narrow={narrow}
          current={section === "server"}
          marked={section === "server"}
          onClick={() => go.section("server")}
        />
        {known && (
          <Row
            icon={UsersIcon}
            name="People"
            narrow={narrow}
            current={section === "people"}
            marked={section === "people"}
            onClick={() => go.section("people")}
          />
        )}
        {known && hasShell(server) && (
          <Row
            icon={SquareTerminalIcon}
            name="Terminal"
            narrow={narrow}
            current={section === "terminal"}
            marked={section === "terminal"}
            onClick={() => openTerminal(server)}
          />
        )}
      </div>
      <div className={classes("mt-4 flex min-h-6 w-full items-center justify-between pr-2.5 pl-4", (narrow || (!projects.data && !answersSoon(server))) && "hidden")}>
        <h2 className="text-xs font-medium text-text-2">Projects</h2>
        {projects.data && answers(server) && (
          <IconButton label="New project" shortcut="P" className="!size-6" refused={refusedTo(server, "deployer")} onClick={() => action("project.new").run(readContext())}>
            <Icon of={PlusIcon} size={14} />
          </IconButton>
        )}
      </div>
      {narrow && <div aria-hidden className="my-2 h-px w-8 shrink-0 bg-line" />}
      <div className="flex min-h-0 w-full flex-1 flex-col gap-px overflow-y-auto px-2 pt-1 pb-2">
        {projects.isPending && answersSoon(server) && [0, 1, 2].map((row) => <Skeleton key={row} className="mx-1 my-1.5 h-4" />)}
        {projects.data?.map((project) => (
          <ProjectRow key={project.id} project={project} narrow={narrow} current={section === "projects" && project.id === projectId} />
        ))}
      </div>
      <TransfersButton server={server} narrow={narrow} />
      <JobsButton server={server} narrow={narrow} />
      {!narrow && <Meters server={server} />}
    </nav>
  );
});

const answersSoon = (server: Server) => server.connection.state === "ready";

function ProjectRow({ project, narrow, current }: { project: Project; narrow: boolean; current: boolean }) {
  return (
    <ContextMenu
      items={() => menuOf(projectMenu, readContext({ project, services: [] }))}
      target={
        <div>
          <Row
            icon={BoxIcon}
            name={project.name}
            figure={project.serviceCount}
            narrow={narrow}
            current={current}
            marked={current}
            soft
            letters={lettersOf(project.name)}
            onClick={() => go.project(project.id)}
          />
        </div>
      }
    />
  );
}

/** Who goes there wants a shell; where none can be had, the page says why. */
function openTerminal(server: Server) {
  const terminal = action("server.terminal");
  const about = readContext({ server });
  if (terminal.when(about)) terminal.run(about);
  else go.section("terminal");
}

type RowProps = {
  icon: LucideIcon;
  name: string;
  figure?: number;
  /** That something is to be done there. */
  badge?: { tone: Tone; words: string };
  narrow: boolean;
  /** What is shown now. */
  current: boolean;
  /** Whether it is drawn as chosen, also for what lies below it. */
  marked: boolean;
  soft?: boolean;
  /** Stand for the icon where only icons fit. */
  letters?: string;
  onClick: () => void;
};

function Row({ icon, name, figure, badge, narrow, current, marked, soft, letters, onClick }: RowProps) {
  const row = (
    <button
      type="button"
      onClick={onClick}
      aria-current={current ? "page" : undefined}
      title={narrow ? undefined : badge ? `${name}: ${badge.words}` : name}
      className={classes(
        "relative flex h-[29px] w-full shrink-0 items-center gap-2.5 rounded-md border px-2 text-left",
        narrow && "!h-9 justify-center",
        marked
          ? soft
            ? "border-transparent bg-sunken text-text"
            : "border-rim bg-chosen text-text shadow-card"
          : "border-transparent text-text-2 hover:bg-hover hover:text-text",
      )}
    >
      {narrow && <span className="sr-only">{name}</span>}
      {narrow && letters ? <span aria-hidden className="text-xs font-medium">{letters}</span> : <Icon of={icon} className="shrink-0 text-text-2" />}
      {!narrow && <span className="min-w-0 flex-1 truncate">{name}</span>}
      {badge && (
        <span className={classes("flex shrink-0", narrow && "absolute top-1.5 right-2")}>
          <Dot tone={badge.tone} />
          <span className="sr-only">{badge.words}</span>
        </span>
      )}
      {!narrow && figure !== undefined && <span className="tabular shrink-0 text-text-2">{figure}</span>}
    </button>
  );
  return narrow ? (
    <Tooltip label={badge ? `${name}: ${badge.words}` : name} side="right">
      {row}
    </Tooltip>
  ) : (
    row
  );
}
