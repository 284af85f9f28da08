import { actions } from "../../actions/index.ts";
import { nameOf, type Action } from "../../actions/action.ts";
import { readContext } from "../../actions/context.ts";
import { shown } from "../../actions/shortcuts.ts";
import { go } from "../../app/view.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Kbd } from "../../ui/kbd.tsx";

const groups: Action["group"][] = ["Service", "Environment", "Project", "Server", "Window"];
const always: [string, string][] = [
  ["Server 1 to 9", "Alt 1…9"],
  ["Move in a list", "↑ ↓ ← →  J K"],
  ["Open", "⏎"],
  ["Back out one layer", "Esc"],
];

/** Every shortcut there is, from the same data that runs them. */
export function ShortcutsDialog() {
  const context = readContext();
  return (
    <Dialog title="Keyboard shortcuts" width={640} easy onClose={go.closeDialog} footer={<Button onClick={go.closeDialog}>Close</Button>}>
      <div className="columns-2 gap-8">
        {groups.map((group) => (
          <section key={group} aria-label={group} className="mb-4 break-inside-avoid">
            <h3 className="mb-1 text-xs font-medium text-text-2">{group}</h3>
            <dl>
              {actions
                .filter((each) => each.group === group && each.shortcut)
                .map((each) => (
                  <Row key={each.id} name={each.id === "service.deploy" ? "Deploy" : nameOf(each, context)} keys={shown(each.shortcut!)} />
                ))}
              {group === "Window" && always.map(([name, keys]) => <Row key={name} name={name} keys={keys} />)}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

function Row({ name, keys }: { name: string; keys: string }) {
  return (
    <div className="flex min-h-7 items-center justify-between gap-3">
      <dt className="min-w-0">{name}</dt>
      <dd className="shrink-0">
        <Kbd>{keys}</Kbd>
        <span className="sr-only">{keys}</span>
      </dd>
    </div>
  );
}
