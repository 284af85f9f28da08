import { Dialog } from "@base-ui/react/dialog";
import { SearchIcon } from "lucide-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState, type KeyboardEvent } from "react";
import { readContext } from "../../actions/context.ts";
import { go } from "../../app/view.ts";
import { client } from "../../link.ts";
import { Icon } from "../../ui/icon.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { entriesOf, found, placeEntries } from "./entries.ts";
import { EntryList } from "./list.tsx";

/** Everything by a few letters. */
export function Palette() {
  const [search, setSearch] = useState("");
  const [at, setAt] = useState(0);
  const all = useMemo(() => entriesOf(readContext()), []);
  const text = search.trim().slice(0, 200);
  // The desktop searches what it knows of all servers; the answer before stays until the next one is here.
  const places = useQuery({
    queryKey: ["find", text],
    queryFn: ({ signal }) => client.known.find({ text, limit: 200 }, { signal }),
    enabled: text !== "",
    staleTime: 0,
    gcTime: 0,
    placeholderData: keepPreviousData,
  });
  const entries = useMemo(() => {
    const { servers, view } = readContext();
    return found(all, search, text === "" ? [] : placeEntries(places.data?.places ?? [], servers, Date.now(), view.tab));
  }, [all, search, text, places.data]);
  const current = Math.min(at, entries.length - 1);
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
          <div className="flex h-12 shrink-0 items-center gap-3 border-b border-line px-4 has-[input:focus-visible]:border-accent text-text-2">
            <Icon of={SearchIcon} />
            <input
              autoFocus
              role="combobox"
              aria-label="Search and act"
              aria-expanded="true"
              aria-controls="entries"
              aria-activedescendant={entries.length ? `entry-${current}` : undefined}
              placeholder="A service, a project, a server or an act, on every server"
              value={search}
              onChange={(event) => (setSearch(event.target.value), setAt(0))}
              onKeyDown={keys}
              autoComplete="off"
              spellCheck={false}
              className="min-w-0 flex-1 bg-transparent text-base text-text outline-none"
            />
            <Kbd>Esc</Kbd>
          </div>
          <EntryList entries={entries} current={current} onPoint={setAt} onRun={run} />
          {places.data && text !== "" && places.data.total > places.data.places.length && (
            <p className="shrink-0 border-t border-line px-4 py-2 text-xs text-text-2">{`${places.data.total} projects and services match; the best ${places.data.places.length} are shown.`}</p>
          )}
          {entries.length === 0 && <p className="px-4 pt-1 pb-6 text-center text-text-2 [overflow-wrap:anywhere]">{`Nothing matches “${search}”.`}</p>}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
