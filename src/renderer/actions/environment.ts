import { GitBranchIcon, GitBranchPlusIcon, PencilIcon, Trash2Icon, VariableIcon } from "lucide-react";
import type { Role } from "@aeroplane/agent/contract";
import { go } from "../app/view.ts";
import { may } from "../data/role.ts";
import { answers } from "../data/servers.ts";
import type { Action, Context } from "./action.ts";
import { goToEnvironment, goToServer } from "./place.ts";

const reachable = ({ server, environment }: Context, needed: Role = "deployer") => !!environment && !!server && answers(server) && may(server, needed);
const isOneOfSeveral = ({ project }: Context) => (project?.environments.length ?? 0) > 1;

export const environmentActions: Action[] = [
  {
    id: "environment.next",
    name: "Show the next environment",
    icon: GitBranchIcon,
    group: "Environment",
    shortcut: "e",
    when: isOneOfSeveral,
    run: ({ project, environment }) => {
      const all = project?.environments ?? [];
      const next = all[(all.findIndex(({ id }) => id === environment?.id) + 1) % all.length];
      if (project && next) go.environment(project.id, next.id);
    },
  },
  {
    id: "environment.services",
    name: "Show services",
    icon: GitBranchIcon,
    group: "Environment",
    when: ({ environment, view }) => !!environment && view.projectTab !== "services",
    run: (context) => {
      goToEnvironment(context);
      go.projectTab("services");
    },
  },
  {
    id: "environment.shared",
    name: "Show shared variables",
    icon: VariableIcon,
    group: "Environment",
    when: ({ environment }) => !!environment,
    run: (context) => {
      goToEnvironment(context);
      go.projectTab("shared");
    },
  },
  {
    id: "environment.new",
    name: "New environment",
    icon: GitBranchPlusIcon,
    group: "Environment",
    when: (context) => reachable(context),
    run: (context) => {
      goToServer(context);
      if (context.project) go.open({ type: "new-environment", projectId: context.project.id });
    },
  },
  {
    id: "environment.rename",
    name: "Rename the environment",
    icon: PencilIcon,
    group: "Environment",
    when: (context) => reachable(context),
    run: (context) => {
      goToServer(context);
      if (context.environment) go.open({ type: "rename-environment", environmentId: context.environment.id });
    },
  },
  {
    id: "environment.delete",
    name: "Delete the environment…",
    icon: Trash2Icon,
    group: "Environment",
    danger: true,
    when: (context) => reachable(context, "owner") && isOneOfSeveral(context),
    run: (context) => {
      goToServer(context);
      if (context.environment) go.open({ type: "delete-environment", environmentId: context.environment.id });
    },
  },
];
