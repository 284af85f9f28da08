import { Dialog } from "@base-ui/react/dialog";
import { SearchIcon } from "lucide-react";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { readContext } from "../../actions/context.ts";
import { go } from "../../app/view.ts";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { entriesOf, found } from "./entries.ts";

/** Everything by a few letters. */
export function Palette() {
  const [search, setSearch] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const all = useMemo(() => entriesOf(readContext()), []);
  const entries = useMemo(() => found(all, search), [all, search]);
  const current = Math.min(at, entries.length - 1);
  useEffect(() => {
    list.current?.querySelector(`#entry-${current}`)?.scrollIntoView({ block: "nearest" });
  }, [current]);
  const run = (index: number) => {
    const entry = entries[index];
    if (!entry) return;
    go.closeDialog();
    // The palette gives the focus back first, so that a dialog that opens next keeps it.
    setTimeout(entry.run);
  };
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((current + step + entries.length) % Math.max(1, entries.length));
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(current);
    }
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && go.closeDialog()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-veil" />
        <Dialog.Popup
          aria-label="Search and act"
          className="appear fixed top-[12vh] left-1/2 z-40 flex max-h-[min(480px,76vh)] w-[600px] max-w-[calc(100vw-48px)] -translate-x-1/2 flex-col overflow-hidden rounded-xl bg-surface shadow-float ring-1 ring-edge outline-none"
        >
          <div className="flex h-12 shrink-0 items-center gap-3 border-b border-line px-4 text-text-2">
            <Icon of={SearchIcon} />
            <input
              autoFocus
              role="combobox"
              aria-label="Search and act"
              aria-expanded="true"
              aria-controls="entries"
              aria-activedescendant={entries.length ? `entry-${current}` : undefined}
              placeholder="A service, a project, a server or an act"
              value={search}
              onChange={(event) => (setSearch(event.target.value), setAt(0))}
              onKeyDown={keys}
              autoComplete="off"
              spellCheck={false}
              className="min-w-0 flex-1 bg-transparent text-base text-text outline-none"
            />
            <Kbd>Esc</Kbd>
          </div>
          <div ref={list} id="entries" role="listbox" aria-label="Found" className="min-h-0 overflow-y-auto p-2">
            {entries.map((entry, index) => (
              <div key={entry.id} role="presentation">
                {entry.group !== entries[index - 1]?.group && (
                  <p aria-hidden className="truncate px-2 pt-2 pb-1 text-xs font-medium text-text-3">
                    {entry.group}
                  </p>
                )}
                <div
                  id={`entry-${index}`}
                  role="option"
                  aria-selected={index === current}
                  onMouseMove={() => setAt(index)}
                  onClick={() => run(index)}
                  className={classes("flex h-9 items-center gap-3 rounded-md px-2", index === current && "bg-sunken")}
                >
                  <Icon of={entry.icon} className="shrink-0 text-text-2" />
                  <span title={entry.name} className={classes("min-w-0 flex-1 truncate", entry.id.endsWith(".delete") && "text-bad")}>
                    {entry.name}
                  </span>
                  {entry.about && <span className="shrink-0 text-xs text-text-2">{entry.about}</span>}
                  {entry.shortcut && <Kbd>{entry.shortcut}</Kbd>}
                </div>
              </div>
            ))}
          </div>
          {entries.length === 0 && <p className="px-4 pt-1 pb-6 text-center text-text-2 [overflow-wrap:anywhere]">{`Nothing matches “${search}”.`}</p>}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
