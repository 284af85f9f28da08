import { CommandIcon, PlusIcon, SettingsIcon } from "lucide-react";
import { action, menuOf, serverMenu } from "../actions/index.ts";
import { readContext } from "../actions/context.ts";
import { shown } from "../actions/shortcuts.ts";
import type { Server } from "../../contract/index.ts";
import { connectionWord, lettersOf } from "../data/servers.ts";
import { IconButton } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { Icon } from "../ui/icon.tsx";
import { ContextMenu } from "../ui/menu.tsx";
import { Dot } from "../ui/state.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { go, useView } from "./view.ts";

export function Rail({ servers, selected }: { servers: Server[]; selected: string | undefined }) {
  const run = (id: string) => () => action(id).run(readContext());
  const section = useView((view) => view.section);
  return (
    <nav aria-label="Servers" className="flex w-14 shrink-0 flex-col items-center border-r border-line bg-sunken pt-3 pb-3">
      <div className="flex min-h-0 w-full flex-col items-center gap-2 overflow-y-auto px-2 py-px [scrollbar-width:none]">
        {servers.map((server, index) => (
          <Tile key={server.id} server={server} number={index + 1} selected={server.id === selected && section !== "settings"} />
        ))}
        <IconButton label="Add a server" shortcut="A" className="size-9" onClick={run("server.add")}>
          <Icon of={PlusIcon} />
        </IconButton>
      </div>
      <div className="mt-auto flex flex-col items-center gap-1 pt-2">
        <IconButton label="Search and act" shortcut={shown("mod+k")} className="size-9" onClick={run("palette")}>
          <Icon of={CommandIcon} />
        </IconButton>
        <IconButton
          label="Settings"
          shortcut={shown("mod+,")}
          className={classes("size-9", section === "settings" && "bg-hover text-text")}
          aria-current={section === "settings" ? "page" : undefined}
          onClick={run("settings")}
        >
          <Icon of={SettingsIcon} />
        </IconButton>
      </div>
    </nav>
  );
}

function Tile({ server, number, selected }: { server: Server; number: number; selected: boolean }) {
  const { word, tone } = connectionWord(server.connection);
  const name = `${server.name} · ${word}`;
  const tile = (
    <button
      type="button"
      aria-current={selected ? "true" : undefined}
      onClick={() => go.server(server.id)}
      className={classes(
        "relative flex size-9 shrink-0 items-center justify-center rounded-[10px] text-xs font-semibold",
        selected ? "bg-accent text-on-accent" : "border border-line-2 bg-surface text-text-2 hover:text-text",
      )}
    >
      <span className="sr-only">{name}</span>
      <span aria-hidden>{lettersOf(server.name)}</span>
      <Dot tone={tone} className="absolute -right-[3px] -bottom-[3px] !size-[11px] border-2 border-sunken" />
    </button>
  );
  return (
    <ContextMenu
      items={menuOf(serverMenu, readContext({ server }))}
      target={
        <span className="block">
          <Tooltip label={name} shortcut={number <= 9 ? `Alt ${number}` : undefined} side="right">
            {tile}
          </Tooltip>
        </span>
      }
    />
  );
}
