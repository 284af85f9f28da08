import { ContextMenu as BaseContext } from "@base-ui/react/context-menu";
import { Menu as Base } from "@base-ui/react/menu";
import type { LucideIcon } from "lucide-react";
import { cloneElement, useEffect, useRef, useState, type MouseEvent, type ReactElement } from "react";
import { classes } from "./classes.ts";
import { Icon } from "./icon.tsx";

export type MenuItem = { id: string; name: string; icon: LucideIcon; shortcut?: string; danger?: boolean; run: () => void } | "line";

const popup =
  "appear max-h-(--available-height) min-w-48 max-w-80 overflow-y-auto rounded-md bg-raised p-1 shadow-float outline-none ring-1 ring-edge";

type Offered = MenuItem[] | (() => MenuItem[]);

/** Drawn only while the menu is open: what is offered is looked up then. */
function Items({ items }: { items: Offered }) {
  return (typeof items === "function" ? items() : items).map((item, index) =>
    item === "line" ? (
      <Base.Separator key={`line-${index}`} className="mx-1 my-1 h-px bg-line" />
    ) : (
      <Base.Item
        key={item.id}
        onClick={item.run}
        className={classes(
          "flex h-8 items-center gap-2.5 rounded-sm px-2 outline-none data-highlighted:bg-hover",
          item.danger ? "text-bad" : "text-text",
        )}
      >
        <Icon of={item.icon} className={item.danger ? "" : "text-text-2"} />
        <span title={item.name} className="min-w-0 flex-1 truncate">
          {item.name}
        </span>
        {item.shortcut && <span className="text-xs text-text-3">{item.shortcut}</span>}
      </Base.Item>
    ),
  );
}

export function Menu({ trigger, items, align = "end" }: { trigger: ReactElement; items: Offered; align?: "start" | "end" }) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align} className="z-50 outline-none">
          <Base.Popup className={popup}>
            <Items items={items} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

type Pressed = { x: number; y: number; /** Where the focus goes back to. */ focus: HTMLElement | null };

/** The same items by a right click or the menu key. The menu is made at the first press: a screen has many that are never pressed, and each costs more than what it stands on. */
export function ContextMenu({ target, items }: { target: ReactElement<{ onContextMenu?: (event: MouseEvent) => void }>; items: Offered }) {
  const [pressed, setPressed] = useState<Pressed | null>(null);
  const press = (event: MouseEvent) => {
    event.preventDefault();
    event.stopPropagation();
    const { activeElement } = document;
    setPressed({ x: event.clientX, y: event.clientY, focus: activeElement instanceof HTMLElement ? activeElement : null });
  };
  return (
    <>
      {cloneElement(target, { onContextMenu: press })}
      {pressed && <PressedMenu pressed={pressed} items={items} />}
    </>
  );
}

function PressedMenu({ pressed, items }: { pressed: Pressed; items: Offered }) {
  const trigger = useRef<HTMLDivElement>(null);
  // Each press is another object: it is passed on to a trigger that nobody sees.
  useEffect(() => {
    trigger.current!.dispatchEvent(new window.MouseEvent("contextmenu", { bubbles: true, cancelable: true, clientX: pressed.x, clientY: pressed.y }));
  }, [pressed]);
  return (
    <BaseContext.Root>
      <BaseContext.Trigger ref={trigger} hidden />
      <BaseContext.Portal>
        <BaseContext.Positioner className="z-50 outline-none">
          <BaseContext.Popup className={popup} finalFocus={() => pressed.focus}>
            <Items items={items} />
          </BaseContext.Popup>
        </BaseContext.Positioner>
      </BaseContext.Portal>
    </BaseContext.Root>
  );
}
