import { Tabs } from "@base-ui/react/tabs";
import { BoxIcon, PlusIcon, SearchIcon, SquareTerminalIcon, XIcon } from "lucide-react";
import { useEffect, useState, type ReactElement } from "react";
import type { Server } from "../../../contract/index.ts";
import { answers } from "../../data/servers.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Empty } from "../../ui/note.tsx";
import { Dot } from "../../ui/state.tsx";
import { Skeleton } from "../../ui/text.tsx";
import { Find } from "./find.tsx";
import { FIND, LEAVE } from "./keys.ts";
import { adopt, choose, closeTerminal, openTerminal, placeKey, sessionsOf, useTerminals, type Place, type Session } from "./sessions.ts";
import { View } from "./view.tsx";

type Props = {
  server: Server;
  serviceId: string | null;
  /** What can be opened here, in a sentence. */
  about: string;
  /** Why nothing can be opened now. */
  refused?: string;
  /** Ordinals to choose from, where there are several. */
  instances?: number[];
};

/** The terminals of one place: a tab each, and the way to another one. */
export function TerminalPanel({ server, serviceId, about, refused, instances = [] }: Props) {
  const { sessions, chosen, finding } = useTerminals();
  const ready = answers(server);
  const place: Place = { serverId: server.id, serviceId };
  const key = placeKey(place);
  const [looked, setLooked] = useState(false);
  useEffect(() => {
    // Shells that were left open are found again; when they cannot be asked for now, the next answer does.
    if (ready) void adopt({ serverId: server.id, serviceId }).catch(() => {}).finally(() => setLooked(true));
  }, [ready, server.id, serviceId]);
  const shown = sessionsOf(sessions, place);
  const current = shown.find((each) => each.key === chosen[key]) ?? shown.at(-1);
  const open = () => void openTerminal(place);
  const several = instances.length > 1;
  const choices = instances.map((ordinal) => ({ id: String(ordinal), name: `Instance ${ordinal}`, icon: BoxIcon, run: () => void openTerminal(place, ordinal) }));
  const opener = (button: ReactElement) => (several ? <Menu trigger={button} items={choices} align="start" /> : button);
  if (!current && ready && !looked) return <Skeleton className="min-h-0 flex-1 !rounded-lg" />;
  if (!current) {
    return (
      <Empty
        title="No terminal is open"
        act={
          refused !== undefined ? undefined : (
            opener(
              <Button kind="primary" icon={<Icon of={SquareTerminalIcon} />} onClick={several ? undefined : open} disabled={!ready}>
                Open a terminal
              </Button>,
            )
          )
        }
      >
        {refused ?? about}
      </Empty>
    );
  }
  return (
    <Tabs.Root value={current.key} onValueChange={(next) => choose(place, next as string)} className="flex min-h-0 flex-1 flex-col">
      <div className="flex shrink-0 items-start gap-1 pb-2">
        <Tabs.List data-terminal-tabs aria-label="Terminals" className="flex min-w-0 flex-wrap gap-0.5 p-0.5">
          {shown.map((session) => (
            <Tabs.Tab
              key={session.key}
              value={session.key}
              onClick={() => choose(place, session.key)}
              className="flex h-7 shrink-0 items-center gap-2 rounded-sm px-2.5 text-xs font-medium text-text-2 hover:text-text data-active:bg-hover data-active:text-text"
            >
              <TabDot session={session} />
              {`Shell ${session.number}${several && session.instance !== null ? ` · #${session.instance}` : ""}`}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {opener(
          <IconButton label="Open another terminal" onClick={several ? undefined : open} disabled={!ready || refused !== undefined} className="mt-0.5 !size-7">
            <Icon of={PlusIcon} />
          </IconButton>,
        )}
        <span className="ml-auto hidden shrink-0 pl-3 text-xs leading-8 whitespace-nowrap text-text-3 sm:block">{`${LEAVE} leaves the terminal`}</span>
        <IconButton label="Search" shortcut={FIND} onClick={() => useTerminals.setState({ finding: !finding })} aria-pressed={finding} className="mt-0.5 !size-7">
          <Icon of={SearchIcon} />
        </IconButton>
        <IconButton label="Close it and end what runs in it" onClick={() => closeTerminal(current.key)} className="mt-0.5 !size-7">
          <Icon of={XIcon} />
        </IconButton>
      </div>
      <Tabs.Panel value={current.key} tabIndex={-1} className="relative flex min-h-0 flex-1 flex-col outline-none">
        {finding && current.screen && <Find screen={current.screen} />}
        <View key={current.key} session={current} again={open} />
      </Tabs.Panel>
    </Tabs.Root>
  );
}

/** Nothing while all is well. */
function TabDot({ session: { state } }: { session: Session }) {
  if (state === "open" || state === "opening") return null;
  return <Dot tone={state === "away" ? "warn" : state === "failed" ? "bad" : "idle"} className={classes(state === "away" && "turning")} />;
}
