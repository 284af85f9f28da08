import type { ReactNode } from "react";
import { classes } from "./classes.ts";

export function Kbd({ children, on = "surface" }: { children: ReactNode; on?: "surface" | "accent" }) {
  return (
    <kbd
      aria-hidden
      className={classes(
        "inline-flex h-[18px] items-center rounded-[5px] border px-1 font-sans text-[11px] leading-none font-medium",
        on === "accent" ? "border-on-accent/45 text-on-accent" : "border-line-2 text-text-2",
      )}
    >
      {children}
    </kbd>
  );
}
