import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useRef, useState, type DragEvent, type KeyboardEvent } from "react";
import { menuOf, serverMenu } from "../actions/index.ts";
import { readContext } from "../actions/context.ts";
import { moveServer, placeServer } from "../actions/server.ts";
import type { Server } from "../../contract/index.ts";
import { connectionWord, lettersOf, servers as live } from "../data/servers.ts";
import { classes } from "../ui/classes.ts";
import { useOverscan } from "../ui/overscan.ts";
import { ContextMenu } from "../ui/menu.tsx";
import { Dot } from "../ui/state.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { go } from "./view.ts";

/** A tile and the gap below it. */
const STEP = 44;
const TOP = 1;
const DRAGGED = "application/x-aeroplane-server";

/** One tile for each server, only those in sight; dragged or moved by Alt and the arrows into the order wanted. */
export function RailTiles({ servers, selected, marked, scroll }: { servers: Server[]; selected: string | undefined; marked: boolean; scroll: HTMLDivElement | null }) {
  const list = useRef<HTMLUListElement>(null);
  const [slot, setSlot] = useState<number | null>(null);
  const overscan = useOverscan(8);
  // oxlint-disable-next-line react/incompatible-library -- nothing of it is memoized here
  const virtual = useVirtualizer({ count: servers.length, getScrollElement: () => scroll, estimateSize: () => STEP, paddingStart: TOP, overscan, getItemKey: (index) => servers[index]!.id });
  const at = servers.findIndex((server) => server.id === selected);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: "auto" });
  }, [at, virtual]);

  const focus = (index: number) => {
    const server = live.get()?.[Math.max(0, Math.min(servers.length - 1, index))];
    if (server) focusTile(server.id);
  };
  /** The tile may be drawn only after the list has moved. */
  const focusTile = (id: string, tries = 20) => {
    const index = (live.get() ?? []).findIndex((server) => server.id === id);
    if (index >= 0) virtual.scrollToIndex(index, { align: "auto" });
    requestAnimationFrame(() => {
      const tile = list.current?.querySelector<HTMLElement>(`[data-server="${id}"]`);
      if (tile) tile.focus();
      else if (tries > 0) focusTile(id, tries - 1);
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const id = (event.target as HTMLElement).dataset["server"];
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (!id || by === 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!event.altKey) return focus(servers.findIndex((server) => server.id === id) + by);
    moveServer(servers, id, by);
    // Once more when it stands in its new place.
    setTimeout(() => focusTile(id), 120);
  };

  const over = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes(DRAGGED)) return;
    event.preventDefault();
    const y = event.clientY - list.current!.getBoundingClientRect().top;
    setSlot(Math.max(0, Math.min(servers.length, Math.round((y - TOP) / STEP))));
  };
  const drop = (event: DragEvent) => {
    const id = event.dataTransfer.getData(DRAGGED);
    if (slot !== null && id) placeServer(servers, id, slot);
    event.preventDefault();
    setSlot(null);
  };

  return (
    <ul
      ref={list}
      aria-label="Servers"
      className="relative w-full shrink-0"
      style={{ height: virtual.getTotalSize() }}
      onKeyDown={onKeyDown}
      onDragOver={over}
      onDrop={drop}
      onDragLeave={(event) => !event.currentTarget.contains(event.relatedTarget as Node | null) && setSlot(null)}
      onDragEnd={() => setSlot(null)}
    >
      {virtual.getVirtualItems().map(({ index, key, start }) => (
        <li key={key} className="absolute inset-x-0 top-0 flex justify-center" style={{ transform: `translateY(${start}px)` }}>
          <Tile
            server={servers[index]!}
            number={index + 1}
            selected={marked && index === at}
            stop={index === Math.max(0, at)}
            onDrag={(event, id) => {
              event.dataTransfer.setData(DRAGGED, id);
              event.dataTransfer.effectAllowed = "move";
            }}
          />
        </li>
      ))}
      {slot !== null && <li aria-hidden className="pointer-events-none absolute inset-x-2 top-0 h-0.5 rounded-full bg-accent" style={{ transform: `translateY(${TOP + slot * STEP - 5}px)` }} />}
    </ul>
  );
}

type TileProps = { server: Server; number: number; selected: boolean; stop: boolean; onDrag: (event: DragEvent, id: string) => void };

/** A beat of any server brings the whole list anew: a tile is drawn again only when something on it is another. */
const Tile = memo(TileAsItIs, (before, now) => {
  const { server: old } = before;
  const { server } = now;
  return old.id === server.id && old.name === server.name && old.connection.state === server.connection.state && before.number === now.number && before.selected === now.selected && before.stop === now.stop;
});

function TileAsItIs({ server, number, selected, stop, onDrag }: TileProps) {
  const { word, tone } = connectionWord(server.connection);
  const name = `${server.name} · ${word}`;
  const tile = (
    <button
      type="button"
      data-server={server.id}
      tabIndex={stop ? 0 : -1}
      aria-current={selected ? "true" : undefined}
      aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
      draggable
      onDragStart={(event) => onDrag(event, server.id)}
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
  // Looked up when it opens: the tile may be older than the list.
  const items = () => menuOf(serverMenu, readContext({ server: live.get()?.find((each) => each.id === server.id) ?? server }));
  return (
    <ContextMenu
      items={items}
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
