import { Popover } from "@base-ui/react/popover";
import type { ReactNode } from "react";
import { classes } from "../ui/classes.ts";

type Props = {
  title: string;
  /** How it stands, beside the icon. */
  words: string;
  icon: ReactNode;
  narrow: boolean;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** Rows of the list. */
  children: ReactNode;
};

/** A line in the side's foot that opens a list beside it. */
export function FootList({ title, words, icon, narrow, open, onOpenChange, children }: Props) {
  return (
    <Popover.Root open={open} onOpenChange={onOpenChange}>
      <div className="w-full shrink-0 border-t border-line p-2">
        <Popover.Trigger aria-label={words} className={classes("flex h-8 w-full items-center gap-2.5 rounded-md px-2 text-text-2 hover:bg-hover hover:text-text", narrow && "justify-center")}>
          {icon}
          {!narrow && (
            <span aria-live="polite" className="tabular">
              {words}
            </span>
          )}
        </Popover.Trigger>
      </div>
      <Popover.Portal>
        <Popover.Positioner side="right" align="end" sideOffset={8} className="z-30">
          <Popover.Popup aria-label={title} className="appear flex max-h-[70vh] w-[420px] flex-col rounded-lg bg-raised shadow-float ring-1 ring-edge outline-none">
            <h2 className="px-4 pt-3 pb-1 text-xs font-medium text-text-2">{title}</h2>
            <ul className="min-h-0 overflow-y-auto pb-2">{children}</ul>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
