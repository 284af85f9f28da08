import type { LucideIcon } from "lucide-react";

/** Every icon is 16 px with a stroke of 1.6, and says nothing to a screen reader: words stand beside it. */
export function Icon({ of: Shape, size = 16, className }: { of: LucideIcon; size?: number; className?: string }) {
  return <Shape size={size} strokeWidth={1.6} absoluteStrokeWidth={false} aria-hidden className={className} />;
}
