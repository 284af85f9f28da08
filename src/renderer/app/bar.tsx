import { ChevronRightIcon, SearchIcon } from "lucide-react";
import type { ReactNode } from "react";
import { action } from "../actions/index.ts";
import { readContext } from "../actions/context.ts";
import { shown } from "../actions/shortcuts.ts";
import { Icon } from "../ui/icon.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { servers } from "../data/servers.ts";
import { SIDE_COLLAPSES, useMedia } from "./media.ts";
import { useView } from "./view.ts";

/** The side says whose projects these are, unless it has room for icons only. */
function ServerName() {
  const { serverId, section, sideOpen } = useView();
  const narrow = useMedia(SIDE_COLLAPSES) || !sideOpen;
  const server = servers.use()?.find((each) => each.id === serverId);
  if (!server || !narrow || section === "settings") return null;
  return (
    <span className="flex shrink-0 items-center gap-2">
      <span title={server.name} className="max-w-28 truncate text-text-2">
        {server.name}
      </span>
      <Icon of={ChevronRightIcon} size={14} className="shrink-0 text-text-3" />
    </span>
  );
}

type Props = { path: { name: string; onClick?: () => void }[]; environment?: ReactNode; act?: ReactNode };

/** Where am I, which environment, search, one primary act. */
export function Bar({ path, environment, act }: Props) {
  return (
    <header className="flex h-[52px] shrink-0 items-center gap-3 border-b border-line bg-surface px-5">
      <nav aria-label="Where" className="flex min-w-0 items-center gap-2">
        <ServerName />
        {path.map((part, index) => {
          const last = index === path.length - 1;
          return (
            <span key={part.name + String(index)} className={last ? "flex min-w-0 items-center gap-2" : "flex shrink-0 items-center gap-2"}>
              {index > 0 && <Icon of={ChevronRightIcon} size={14} className="shrink-0 text-text-3" />}
              {part.onClick ? (
                <button type="button" onClick={part.onClick} className="rounded-sm text-text-2 hover:text-text">
                  {part.name}
                </button>
              ) : (
                <h2 title={part.name} className="min-w-0 truncate text-sm font-semibold">
                  {part.name}
                </h2>
              )}
            </span>
          );
        })}
      </nav>
      {environment}
      <div className="ml-auto flex shrink-0 items-center gap-3">
        <button
          type="button"
          onClick={() => action("palette").run(readContext())}
          className="flex h-[30px] items-center gap-2 rounded-md px-2 text-text-2 hover:bg-hover hover:text-text"
        >
          <Icon of={SearchIcon} />
          Search
          <Kbd>{shown("mod+k")}</Kbd>
        </button>
        {act}
      </div>
    </header>
  );
}
