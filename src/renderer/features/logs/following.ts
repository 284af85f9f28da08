import { useState } from "react";
import type { Buffer } from "./buffer.ts";

/** Whether the end is followed, and how many lines have come since it was left. */
export function useFollowing(buffer: Pick<Buffer, "rows">) {
  const [follows, setFollows] = useState(true);
  const [seen, setSeen] = useState(0);
  const rows = buffer.rows();
  const last = rows.at(rows.length - 1)?.number ?? -1;
  const leave = () => {
    setFollows(false);
    setSeen(last);
  };
  return {
    follows,
    newLines: follows ? 0 : Math.max(0, last - seen),
    follow: () => setFollows(true),
    leave,
    /** The list was scrolled to its end, or away from it. */
    onScrolled: (atEnd: boolean) => {
      if (atEnd === follows) return;
      if (atEnd) setFollows(true);
      else leave();
    },
  };
}
