import { classes } from "./classes.ts";

/** A few small words; those that have no room are counted, and the tooltip names them all. */
export function Tags({ tags, most = 3, className }: { tags: readonly string[]; most?: number; className?: string }) {
  if (tags.length === 0) return null;
  const shown = tags.slice(0, most);
  return (
    <span title={tags.join(", ")} className={classes("flex min-w-0 gap-1", className)}>
      {shown.map((tag) => (
        <span key={tag} className="max-w-28 min-w-0 truncate rounded-sm border border-line bg-sunken px-1.5 text-[11px]/[18px] text-text-2">
          {tag}
        </span>
      ))}
      {tags.length > most && <span className="shrink-0 text-[11px]/[18px] text-text-2">{`+${tags.length - most}`}</span>}
    </span>
  );
}
