import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement } from "react";

export const TooltipProvider = Base.Provider;

export function Tooltip(props: { label: string; shortcut?: string; side?: "top" | "right" | "bottom"; children: ReactElement }) {
  return (
    <Base.Root>
      <Base.Trigger render={props.children} />
      <Base.Portal>
        <Base.Positioner side={props.side ?? "bottom"} sideOffset={6} className="z-50">
          <Base.Popup className="appear flex items-center gap-2 rounded-sm bg-text px-2 py-1 text-xs text-bg shadow-float">
            {props.label}
            {props.shortcut && <span className="opacity-70">{props.shortcut}</span>}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
