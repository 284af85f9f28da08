import { client } from "../link.ts";

/** A page that was out of sight for so long may have slept with its computer. */
const LONG = 60_000;
/** Several signs of one return are one. */
const AT_MOST_EVERY = 2000;

/** Says to the desktop services that the computer may be back from sleep or in another network. */
export function tellWakes(say: () => void = () => void client.servers.wake({}).catch(() => {})): () => void {
  let hiddenAt = 0;
  let told = Number.NEGATIVE_INFINITY;
  const tell = () => {
    if (performance.now() - told < AT_MOST_EVERY) return;
    told = performance.now();
    say();
  };
  const onVisibility = () => {
    if (document.visibilityState === "hidden") hiddenAt = Date.now();
    else if (hiddenAt > 0 && Date.now() - hiddenAt > LONG) tell();
  };
  addEventListener("online", tell);
  document.addEventListener("visibilitychange", onVisibility);
  return () => {
    removeEventListener("online", tell);
    document.removeEventListener("visibilitychange", onVisibility);
  };
}
