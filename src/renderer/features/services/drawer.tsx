import { Tabs } from "@base-ui/react/tabs";
import { CircleStopIcon, ExternalLinkIcon, MoreHorizontalIcon, PlayIcon, RocketIcon, XIcon } from "lucide-react";
import { useEffect, useRef, type KeyboardEvent, type PointerEvent } from "react";
import type { Role, Service, StagedRow } from "@aeroplane/agent/contract";
import { action, menuOf, serviceMenu } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import type { Tab } from "../../address/pages.ts";
import { Boundary } from "../../app/boundary.tsx";
import { DRAWER_COVERS, useMedia } from "../../app/media.ts";
import { go, useView } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { cancellableDeployment, runningDeployment } from "../../data/agent.ts";
import { siteAddress } from "../../data/address.ts";
import { may, refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { useUnsavedTabs } from "../../drafts/unsaved.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { Menu } from "../../ui/menu.tsx";
import { State } from "../../ui/state.tsx";
import { Line } from "../../ui/text.tsx";
import { Unsaved } from "../../ui/unsaved.tsx";
import { DeploymentsTab } from "../deployments/tab.tsx";
import { LogsTab } from "../logs/tab.tsx";
import { TerminalTab } from "../terminal/tab.tsx";
import { Refusal } from "../refusal.tsx";
import { withStaged } from "../staged/rows.ts";
import { StagedStrip } from "../staged/strip.tsx";
import { VariablesTab } from "../variables/tab.tsx";
import { VolumesTab } from "../volumes/tab.tsx";
import { inWords } from "../../data/punycode.ts";
import { instancesOf } from "./instances.ts";
import { restingState } from "./state-table.ts";
import { iconOf, placeOf, servingLine, stateOf, wantsDomain } from "./states.ts";
import { SettingsTab } from "./settings-tab.tsx";

const LEAST = 560;

const parts: { id: Tab; name: string; needs: Role }[] = [
  { id: "deployments", name: "Deployments", needs: "viewer" },
  { id: "variables", name: "Variables", needs: "viewer" },
  { id: "logs", name: "Logs", needs: "viewer" },
  { id: "terminal", name: "Terminal", needs: "deployer" },
  { id: "volumes", name: "Volumes", needs: "viewer" },
  { id: "settings", name: "Settings", needs: "viewer" },
];

/** One service, over the grid; the grid stays in reach beside it. */
export function Drawer({ server, service, staged }: { server: Server; service: Service; staged: StagedRow[] }) {
  const { tab, drawerWidth } = useView();
  const covers = useMedia(DRAWER_COVERS);
  const unsaved = useUnsavedTabs(server.id, withStaged(service, staged));
  const box = useRef<HTMLElement>(null);
  // A part that a newer agent knows of and this window does not is left out; of a service with nothing else, its settings say so.
  const known = service.traits.drawer.flatMap((part) => parts.filter(({ id, needs }) => id === part && may(server, needs)));
  const tabs = known.length > 0 ? known : parts.filter(({ id }) => id === "settings");
  const current = tabs.some((each) => each.id === tab) ? tab : tabs[0]!.id;
  const show = (next: Tab) => {
    const terminal = action("service.terminal");
    const about = readContext({ service });
    // Who goes to the terminal wants a shell.
    if (next === "terminal" && terminal.when(about)) terminal.run(about);
    else go.tab(next);
  };
  const close = () => {
    // The card of this service, or the last one used where it is scrolled away.
    const card = document.querySelector<HTMLElement>('[data-index][aria-pressed="true"]');
    go.service(null);
    requestAnimationFrame(() => (card?.isConnected ? card : document.querySelector<HTMLElement>('[data-index][tabindex="0"]'))?.focus());
  };
  useEffect(() => {
    // The keyboard goes on where the eye is.
    box.current?.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus({ preventScroll: true });
    // Also when a shortcut or a menu changes the tab.
  }, [current]);
  return (
    <aside
      ref={box}
      aria-label={service.name}
      onKeyDown={(event) => event.key === "Escape" && leave(event, close)}
      style={covers ? undefined : { width: drawerWidth, maxWidth: "calc(100% - 300px)" }}
      className={classes(
        "slide-in absolute inset-y-0 right-0 z-20 flex min-w-0 flex-col border-l border-line-2 bg-surface shadow-float",
        covers && "left-0 border-l-0",
        server.connection.state !== "ready" && "grayscale",
      )}
    >
      {!covers && <Handle width={drawerWidth} />}
      <Header server={server} service={service} staged={staged.length > 0} close={close} />
      <Tabs.Root value={current} onValueChange={(value) => show(value as Tab)} className="flex min-h-0 flex-1 flex-col">
        <Tabs.List className="relative flex shrink-0 gap-1 border-b border-line px-3" aria-label="About the service">
          {tabs.map((each) => (
            <Tabs.Tab
              key={each.id}
              value={each.id}
              className="group h-9 rounded-sm px-2 font-medium text-text-2 hover:text-text data-active:text-text focus-visible:-outline-offset-3"
            >
              <span className="flex h-full items-center gap-1.5 border-b-2 border-transparent group-data-active:border-accent">
                {each.name}
                {unsaved.has(each.id) && <Unsaved />}
              </span>
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {/* Above every part, and never all of the drawer. */}
        <div className="max-h-1/2 shrink-0 overflow-y-auto">
          <Refusal />
          <StagedStrip server={server} service={service} rows={staged} />
        </div>
        <Tabs.Panel value={current} tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
          <Boundary what="this part of the drawer" of={`${service.id} ${current}`}>
            {current === "deployments" && <DeploymentsTab server={server} service={service} />}
            {current === "variables" && (
              <VariablesTab
                server={server}
                scope={{ environmentId: service.environmentId, serviceId: service.id }}
                about=""
                empty="PORT is set for every service with an address. Others are added here and kept sealed on the server."
              />
            )}
            {current === "logs" && <LogsTab key={service.id} server={server} service={service} />}
            {current === "terminal" && <TerminalTab key={service.id} server={server} service={service} />}
            {current === "volumes" && <VolumesTab key={service.id} server={server} service={service} />}
            {current === "settings" && <SettingsTab key={service.id} server={server} service={service} />}
          </Boundary>
        </Tabs.Panel>
      </Tabs.Root>
    </aside>
  );
}

/** Esc leaves a field first, then the drawer. */
function leave(event: KeyboardEvent, close: () => void) {
  if (event.defaultPrevented || useView.getState().dialog) return;
  event.preventDefault();
  const target = event.target as HTMLElement;
  if (/^(INPUT|TEXTAREA)$/.test(target.tagName)) return target.blur();
  if (useView.getState().deploymentId) return go.deployment(null);
  close();
}

function Header({ server, service, staged, close }: { server: Server; service: Service; /** Its changes are deployed from the review. */ staged: boolean; close: () => void }) {
  const serving = servingLine(service);
  const { word, tone } = serving === null ? stateOf(service) : { ...restingState(service), word: serving };
  const context = () => readContext({ service });
  const site = siteAddress(server, service);
  const running = runningDeployment(service);
  const count = instancesOf(service);
  const away = !answers(server);
  // One that a person stopped is mostly wanted back as it was.
  const stopped = service.state === "stopped" && service.liveRelease !== null;
  const wanted = !stopped && !staged && (service.changed || service.state === "empty");
  return (
    <header className="flex h-[70px] shrink-0 items-center gap-2.5 px-5">
      <span className="flex size-[30px] shrink-0 items-center justify-center rounded-md border border-line bg-bg text-text-2">
        <Icon of={iconOf(service)} />
      </span>
      <div className="min-w-0 flex-1">
        <h2>
          <Line className="text-base leading-[18px] font-semibold">{service.name}</Line>
        </h2>
        <div className="flex min-w-0 items-center gap-1.5 text-xs text-text-2">
          {site && service.liveRelease ? (
            <a href={site} target="_blank" rel="noreferrer" title={site} className="flex min-w-0 items-center gap-1 rounded-sm text-xs text-text-2 hover:text-accent">
              <span className="truncate">{service.hostname && inWords(service.hostname)}</span>
              <Icon of={ExternalLinkIcon} size={12} className="shrink-0" />
            </a>
          ) : (
            <Line className="text-xs text-text-2">{placeOf(service)}</Line>
          )}
          {wantsDomain(service) && !away && (
            <Button kind="link" small className="!h-5" refused={refusedTo(server, "deployer")} onClick={() => action("service.domain").run(context())}>
              Add a domain
            </Button>
          )}
          {count && <Line className="tabular max-w-[55%] shrink-0 whitespace-pre">{`· ${count}`}</Line>}
        </div>
      </div>
      <State tone={tone}>{word}</State>
      {stopped && !running && (
        <Button kind="primary" icon={<Icon of={PlayIcon} />} disabled={away} refused={refusedTo(server, "deployer")} onClick={() => action("service.start").run(context())}>
          Start
        </Button>
      )}
      {cancellableDeployment(service) ? (
        <Button kind="danger" icon={<Icon of={CircleStopIcon} />} disabled={away} refused={refusedTo(server, "deployer")} onClick={() => action("service.cancel").run(context())}>
          Cancel
        </Button>
      ) : (
        <Button
          kind={wanted ? "primary" : "plain"}
          icon={<Icon of={RocketIcon} />}
          disabled={away}
          refused={refusedTo(server, "deployer")}
          onClick={() => action("service.deploy").run(context())}
        >
          Deploy
        </Button>
      )}
      <Menu
        items={() => menuOf(serviceMenu.slice(2), context())}
        trigger={
          <IconButton label="More acts">
            <Icon of={MoreHorizontalIcon} />
          </IconButton>
        }
      />
      <IconButton label="Close" shortcut="Esc" onClick={close} className="-ml-1">
        <Icon of={XIcon} />
      </IconButton>
    </header>
  );
}

/** The left edge: drag it, or move it with the arrow keys. */
function Handle({ width }: { width: number }) {
  const most = () => Math.max(LEAST, window.innerWidth - 600);
  const set = (next: number) => useView.setState({ drawerWidth: Math.round(Math.min(most(), Math.max(LEAST, next))) });
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons !== 1) return;
    set(window.innerWidth - event.clientX);
  };
  const key = (event: KeyboardEvent) => {
    const step = { ArrowLeft: 24, ArrowRight: -24 }[event.key];
    if (step === undefined || event.altKey) return;
    event.preventDefault();
    set(width + step);
  };
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the drawer"
      aria-valuenow={width}
      aria-valuemin={LEAST}
      aria-valuemax={2000}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={key}
      className="absolute inset-y-0 -left-1 z-10 w-2 cursor-col-resize touch-none hover:bg-accent/20 focus-visible:bg-accent/20"
    />
  );
}
