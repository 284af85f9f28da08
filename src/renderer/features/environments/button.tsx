import { CheckIcon, ChevronDownIcon, GitBranchIcon } from "lucide-react";
import type { Environment, Project } from "@aeroplane/agent/contract";
import { environmentMenu, menuOf } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { go } from "../../app/view.ts";
import { Icon } from "../../ui/icon.tsx";
import { Menu, type MenuItem } from "../../ui/menu.tsx";

/** Which environment is looked at, and the others of its project. */
export function EnvironmentButton({ project, environment }: { project: Project; environment: Environment }) {
  const others = project.environments.map(({ id, name }): MenuItem => ({
    id,
    name,
    icon: id === environment.id ? CheckIcon : GitBranchIcon,
    run: () => go.environment(project.id, id),
  }));
  return (
    <Menu
      align="start"
      items={[...others, "line", ...menuOf(environmentMenu, readContext({ project, environment }))]}
      trigger={
        <button
          type="button"
          title={`Environment ${environment.name}`}
          className="flex h-7 max-w-56 min-w-0 shrink-0 items-center gap-2 rounded-md border border-line px-2.5 text-text-2 hover:bg-hover hover:text-text data-popup-open:bg-hover"
        >
          <Icon of={GitBranchIcon} size={14} className="shrink-0" />
          <span className="sr-only">Environment</span>
          <span className="truncate">{environment.name}</span>
          <Icon of={ChevronDownIcon} size={14} className="shrink-0 text-text-3" />
        </button>
      }
    />
  );
}
