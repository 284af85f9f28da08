import { go, useView } from "../app/view.ts";
import { servers } from "../data/servers.ts";
import { readContext } from "./context.ts";
import { actions } from "./index.ts";
import { matches, serverNumber } from "./shortcuts.ts";

const writes = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** A menu or another popup above the window keeps the keys for itself. */
const popupOpen = () => document.querySelector('[role="menu"], [role="listbox"][data-open]') !== null;

/** Also one that no act opened, such as a host key to trust: what is behind it is not to be reached. */
const asked = () => useView.getState().dialog !== null || document.querySelector("[data-question]") !== null;

/** One listener for every shortcut of the window. */
export function listenForShortcuts(): () => void {
  const pressed = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const { serviceId, deploymentId } = useView.getState();
    const number = serverNumber(event);
    if (number && !asked()) {
      const server = servers.get()?.[number - 1];
      if (!server) return;
      event.preventDefault();
      return go.server(server.id);
    }
    if (event.key === "Escape" && !asked() && !popupOpen()) {
      if (writes(event.target)) return (event.target as HTMLElement).blur();
      if (deploymentId) return go.deployment(null);
      if (serviceId) return go.service(null);
      return;
    }
    const held = event.ctrlKey || event.metaKey;
    if ((writes(event.target) && !held) || asked() || popupOpen()) return;
    const context = readContext();
    const found = actions.find((each) => each.shortcut && matches(each.shortcut, event) && each.when(context));
    if (!found) return;
    event.preventDefault();
    found.run(context);
  };
  window.addEventListener("keydown", pressed);
  return () => window.removeEventListener("keydown", pressed);
}
