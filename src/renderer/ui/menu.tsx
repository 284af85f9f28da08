import { ContextMenu as BaseContext } from "@base-ui/react/context-menu";
import { Menu as Base } from "@base-ui/react/menu";
import type { LucideIcon } from "lucide-react";
import type { ReactElement } from "react";
import { classes } from "./classes.ts";
import { Icon } from "./icon.tsx";

export type MenuItem = { id: string; name: string; icon: LucideIcon; shortcut?: string; danger?: boolean; run: () => void } | "line";

const popup =
  "appear max-h-(--available-height) min-w-48 max-w-80 overflow-y-auto rounded-md bg-raised p-1 shadow-float outline-none ring-1 ring-edge";

function Items({ items }: { items: MenuItem[] }) {
  return items.map((item, index) =>
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

export function Menu({ trigger, items, align = "end" }: { trigger: ReactElement; items: MenuItem[]; align?: "start" | "end" }) {
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

/** The same items by a right click or the menu key. */
export function ContextMenu({ target, items }: { target: ReactElement; items: MenuItem[] | (() => MenuItem[]) }) {
  return (
    <BaseContext.Root>
      <BaseContext.Trigger render={target} />
      <BaseContext.Portal>
        <BaseContext.Positioner className="z-50 outline-none">
          <BaseContext.Popup className={popup}>
            <Items items={typeof items === "function" ? items() : items} />
          </BaseContext.Popup>
        </BaseContext.Positioner>
      </BaseContext.Portal>
    </BaseContext.Root>
  );
}
