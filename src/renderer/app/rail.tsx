import { CommandIcon, PlusIcon, SettingsIcon } from "lucide-react";
import { useState } from "react";
import { action } from "../actions/index.ts";
import { readContext } from "../actions/context.ts";
import { shown } from "../actions/shortcuts.ts";
import type { Server } from "../../contract/index.ts";
import { IconButton } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { Icon } from "../ui/icon.tsx";
import { RailTiles } from "./rail-tiles.tsx";
import { useView } from "./view.ts";

export function Rail({ servers, selected }: { servers: Server[]; selected: string | undefined }) {
  const run = (id: string) => () => action(id).run(readContext());
  const section = useView((view) => view.section);
  // A state and no ref: the tiles below are drawn before it is there, and have to hear when it is.
  const [scroll, setScroll] = useState<HTMLDivElement | null>(null);
  return (
    <nav aria-label="Servers" className="flex w-14 shrink-0 flex-col items-center border-r border-line bg-sunken pt-2 pb-3">
      <div ref={setScroll} className="flex min-h-0 w-full flex-col items-center overflow-y-auto pt-1 [scrollbar-width:none]">
        <RailTiles servers={servers} selected={selected} marked={section !== "settings"} scroll={scroll} />
      </div>
      <IconButton label="Add a server" shortcut="A" className="size-9 shrink-0" onClick={run("server.add")}>
        <Icon of={PlusIcon} />
      </IconButton>
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
