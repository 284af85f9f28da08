import { LINK_MESSAGE } from "../../contract/index.ts";
import { trail } from "../app/view.ts";

/** From here on the browser's history and the window go together. Called when the token has left the fragment: see link.ts. */
export function keepTrail(): void {
  trail.start({ history, fragment: () => location.hash.slice(1), reload: () => location.reload() });
  addEventListener("popstate", trail.arrived);
  addEventListener("hashchange", trail.arrived);
  // A link of the system, which Electron's preload hands on.
  addEventListener("message", ({ source, data }: MessageEvent<{ type?: unknown; path?: unknown } | null>) => {
    if (source === window && data?.type === LINK_MESSAGE && typeof data.path === "string") trail.follow(data.path);
  });
}
