import type { MenuItem } from "../ui/menu.tsx";
import { nameOf, type Action, type Context } from "./action.ts";
import { environmentActions } from "./environment.ts";
import { peopleActions } from "./people.ts";
import { projectActions } from "./project.ts";
import { secretsActions } from "./secrets.ts";
import { serverActions } from "./server.ts";
import { serviceActions } from "./service.ts";
import { shown } from "./shortcuts.ts";
import { stagedActions } from "./staged.ts";
import { volumeFileActions } from "./volume-files.ts";
import { volumeActions } from "./volume.ts";
import { windowActions } from "./window.ts";

export const actions: Action[] = [...serviceActions, ...volumeActions, ...volumeFileActions, ...stagedActions, ...environmentActions, ...projectActions, ...serverActions, ...peopleActions, ...secretsActions, ...windowActions];

export function action(id: string): Action {
  const found = actions.find((each) => each.id === id);
  if (!found) throw new Error(`No action ${id}`);
  return found;
}

/** The items of a menu, in the order given; "line" parts groups. What does not apply now is left out. */
export function menuOf(ids: string[], context: Context): MenuItem[] {
  const items = ids.flatMap((id): MenuItem[] => {
    if (id === "line") return ["line"];
    const each = action(id);
    if (!each.when(context)) return [];
    return [
      {
        id,
        name: nameOf(each, context),
        icon: each.icon,
        shortcut: each.shortcut && shown(each.shortcut),
        danger: each.danger,
        run: () => each.run(context),
      },
    ];
  });
  return parted(items);
}

/** A line stands between two items only: where a group is empty there would be two, or one at an end. */
export const parted = (items: readonly MenuItem[]): MenuItem[] =>
  items.filter((item, index) => item !== "line" || (index > 0 && items[index - 1] !== "line" && items.slice(index).some((later) => later !== "line")));

export const serviceMenu = [
  "service.deploy",
  "service.cancel",
  "service.roll-back",
  "service.open-site",
  "service.domain",
  "line",
  "service.logs",
  "service.terminal",
  "service.run-command",
  "service.variables",
  "service.volumes",
  "service.settings",
  "line",
  "service.restart",
  "service.stop",
  "service.start",
  "line",
  "service.delete",
];
export const environmentMenu = ["environment.shared", "environment.volumes", "line", "environment.new", "environment.rename", "line", "environment.delete"];
export const volumeMenu = ["volume.browse", "volume.download", "volume.measure", "line", "volume.copy", "volume.rename", "line", "volume.remove"];
export const trashMenu = ["volume.download", "line", "volume.empty"];
export const personMenu = ["person.invitation", "person.change-role", "line", "person.revoke"];
export const projectMenu = ["service.new", "staged.review", "staged.deploy", "project.deploy-changed", "line", "project.rename", "project.delete"];
export const serverMenu = [
  "server.connect",
  "server.bridge",
  "server.disconnect",
  "server.upgrade",
  "line",
  "server.page",
  "doctor.check",
  "go.activity",
  "server.terminal",
  "line",
  "server.rename",
  "server.sign-in",
  "server.tags",
  "server.proxies",
  "server.storage",
  "server.cleanup",
  "server.up",
  "server.down",
  "line",
  "server.uninstall",
  "server.forget",
];
