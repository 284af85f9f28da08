import { exact, age, useNow } from "../data/time.ts";
import { classes } from "./classes.ts";

/** One line that ends in an ellipsis where it must, with the whole in its tooltip. */
export function Line({ children, className, mono }: { children: string; className?: string; mono?: boolean }) {
  return (
    <span title={children} className={classes("block min-w-0 truncate", mono && "font-mono text-xs", className)}>
      {children}
    </span>
  );
}

export function Age({ at, className, ago }: { at: number; className?: string; ago?: boolean }) {
  const now = useNow(Date.now() - at < 120_000 ? 1000 : 15_000);
  const words = age(at, now);
  return (
    <time dateTime={new Date(at).toISOString()} title={exact(at)} className={classes("tabular shrink-0 whitespace-nowrap", className)}>
      {ago && /^\d+ (s|min|h|d)$/.test(words) ? `${words} ago` : words}
    </time>
  );
}

export function Skeleton({ className }: { className: string }) {
  return <span aria-hidden className={classes("skeleton block", className)} />;
}
