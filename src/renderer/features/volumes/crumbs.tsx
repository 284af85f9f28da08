import { ChevronRightIcon } from "lucide-react";
import { Fragment } from "react";
import type { Volume } from "@aeroplane/agent/contract";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { leaveFiles } from "./browsing.ts";
import { crumbsOf, ROOT } from "./paths.ts";

/** So many folders are named; those between are left to the way back. */
const SHOWN = 3;

/** From the list of volumes to the folder that is looked at. */
export function Crumbs({ volume, path, onGo }: { volume: Volume; path: string; onGo: (path: string) => void }) {
  const folders = crumbsOf(path);
  const hidden = Math.max(0, folders.length - SHOWN);
  const all = [{ name: "Volumes", run: leaveFiles }, { name: volume.name, run: () => onGo(ROOT) }, ...folders.slice(hidden).map((folder) => ({ name: folder.name, run: () => onGo(folder.path) }))];
  return (
    <nav aria-label="Way to the folder" className="min-w-0 flex-1">
      <ol className="flex min-w-0 items-center gap-0.5">
        {all.map(({ name, run }, index) => {
          const last = index === all.length - 1;
          return (
            <Fragment key={index}>
              {index > 0 && <Icon of={ChevronRightIcon} size={13} className="shrink-0 text-text-3" />}
              {index === 2 && hidden > 0 && (
                <>
                  <li title={crumbsOf(path).slice(0, hidden).map((folder) => folder.name).join("/")} className="shrink-0 px-1 text-text-3">
                    …
                  </li>
                  <Icon of={ChevronRightIcon} size={13} className="shrink-0 text-text-3" />
                </>
              )}
              <li className={classes("flex", index === 0 ? "shrink-0" : "min-w-6")}>
                <button type="button" aria-current={last ? "page" : undefined} title={name} onClick={run} className={classes("min-w-0 truncate rounded-sm px-1.5 py-0.5 hover:bg-hover", last ? "font-medium text-text" : "text-text-2 hover:text-text")}>
                  {name}
                </button>
              </li>
            </Fragment>
          );
        })}
      </ol>
    </nav>
  );
}
