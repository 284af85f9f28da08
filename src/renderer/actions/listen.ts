import { go, useView } from "../app/view.ts";
import { servers } from "../data/servers.ts";
import { inElectron } from "../link.ts";
import type { Action } from "./action.ts";
import { readContext } from "./context.ts";
import { action, actions } from "./index.ts";
import { pressedFor, serverNumber } from "./shortcuts.ts";

const writes = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** A menu or another popup above the window keeps the keys for itself. */
const popupOpen = () => document.querySelector('[role="menu"], [role="listbox"][data-open]') !== null;

/** Also one that no act opened, such as a host key to trust: what is behind it is not to be reached. */
const asked = () => useView.getState().dialog !== null || document.querySelector("[data-question]") !== null;

const overDialog = (each: Action) => each.overDialog === true && useView.getState().dialog !== null;
const inReach = (each: Action) => !asked() || overDialog(each);

/** The act of those keys, if it may be done now. */
function actOf(event: KeyboardEvent, admits: (each: Action) => boolean): (() => void) | undefined {
  const held = event.ctrlKey || event.metaKey;
  if ((writes(event.target) && !held) || popupOpen()) return undefined;
  const keyed = actions.filter((each) => pressedFor(each, event) && admits(each));
  // Keys that are held are one press: what they would do next may be another act.
  if (event.repeat) return keyed.length > 0 ? () => {} : undefined;
  const context = readContext();
  const found = keyed.find((each) => each.when(context));
  return found && (() => found.run(context));
}

/** One listener for every shortcut of the window. */
export function listenForShortcuts(): () => void {
  // A dialog keeps arrows for itself, and would not let these through.
  const pressedOverDialog = (event: KeyboardEvent) => {
    const act = event.isComposing ? undefined : actOf(event, overDialog);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const { serviceId, deploymentId } = useView.getState();
    const number = serverNumber(event, { writing: writes(event.target) });
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
    const act = actOf(event, inReach);
    if (!act) return;
    event.preventDefault();
    act();
  };
  window.addEventListener("keydown", pressedOverDialog, true);
  window.addEventListener("keydown", pressed);
  return () => {
    window.removeEventListener("keydown", pressedOverDialog, true);
    window.removeEventListener("keydown", pressed);
  };
}

const sideButtons: Record<number, string> = { 3: "back", 4: "forward" };

/** The two buttons at the side of a mouse: a browser goes back and forward by itself. */
export function listenForSideButtons(): void {
  if (!inElectron) return;
  window.addEventListener("mouseup", (event) => {
    const id = sideButtons[event.button];
    if (id === undefined) return;
    event.preventDefault();
    const found = action(id);
    const context = readContext();
    if (inReach(found) && found.when(context)) found.run(context);
  });
}
