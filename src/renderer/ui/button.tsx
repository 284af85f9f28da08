import type { ComponentProps, ReactNode } from "react";
import { Tooltip } from "./tooltip.tsx";
import { classes } from "./classes.ts";
import { Kbd } from "./kbd.tsx";

type Kind = "primary" | "plain" | "quiet" | "danger" | "danger-primary" | "link";

const kinds: Record<Kind, string> = {
  primary: "bg-accent text-on-accent hover:brightness-105 active:brightness-95",
  plain: "bg-control border border-line-2 text-text shadow-card hover:bg-sunken",
  quiet: "text-text-2 hover:bg-hover hover:text-text",
  danger: "bg-control border border-line-2 text-bad shadow-card hover:bg-bad-tint",
  "danger-primary": "bg-bad text-on-accent hover:brightness-105 active:brightness-95",
  link: "text-accent hover:underline underline-offset-3 !px-0 rounded-sm",
};

type Props = Omit<ComponentProps<"button">, "children"> & {
  kind?: Kind;
  icon?: ReactNode;
  shortcut?: string;
  working?: boolean;
  small?: boolean;
  /** Why this person may not; the button stays to be seen, and says so. */
  refused?: string | null;
  children: ReactNode;
};

export function Button({ kind = "plain", icon, shortcut, working, small, refused, className, children, disabled, ...rest }: Props) {
  const button = (
    <button
      type="button"
      {...rest}
      {...(refused ? { type: "button" } : {})}
      disabled={disabled}
      aria-disabled={refused ? true : undefined}
      aria-busy={working || undefined}
      onClick={working || refused ? undefined : rest.onClick}
      className={classes(
        "inline-flex shrink-0 items-center justify-center gap-2 rounded-md font-medium whitespace-nowrap select-none",
        small ? "h-7 px-2.5 text-xs" : "h-[30px] px-3",
        "disabled:opacity-50 disabled:pointer-events-none",
        working && "opacity-70",
        refused && "cursor-not-allowed opacity-50",
        kinds[kind],
        className,
      )}
    >
      {icon}
      {children}
      {shortcut && <Kbd on={kind === "primary" ? "accent" : "surface"}>{shortcut}</Kbd>}
    </button>
  );
  return refused ? <Tooltip label={refused}>{button}</Tooltip> : button;
}

type IconProps = Omit<ComponentProps<"button">, "children"> & { label: string; shortcut?: string; refused?: string | null; children: ReactNode };

/** A button that shows an icon only; its words are in the tooltip. */
export function IconButton({ label, shortcut, refused, className, children, ...rest }: IconProps) {
  return (
    <Tooltip label={refused ?? label} shortcut={refused ? undefined : shortcut}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        aria-disabled={refused ? true : undefined}
        onClick={refused ? undefined : rest.onClick}
        className={classes(
          "inline-flex size-[30px] shrink-0 items-center justify-center rounded-md text-text-2 hover:bg-hover hover:text-text",
          "disabled:opacity-50 disabled:pointer-events-none",
          refused && "cursor-not-allowed opacity-50",
          className,
        )}
      >
        {children}
      </button>
    </Tooltip>
  );
}
