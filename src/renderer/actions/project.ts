import { FolderPlusIcon, PencilIcon, PlusIcon, RocketIcon, Trash2Icon } from "lucide-react";
import type { Role, Service } from "@aeroplane/agent/contract";
import { go } from "../app/view.ts";
import { runningDeployment } from "../data/agent.ts";
import { may } from "../data/role.ts";
import { answers } from "../data/servers.ts";
import type { Action, Context } from "./action.ts";
import { goToEnvironment, goToServer } from "./place.ts";
import { deploy } from "./service.ts";
import { useStage } from "./stage-acts.ts";

const reachable = ({ server }: Context, needed: Role = "deployer") => !!server && answers(server) && may(server, needed);

/** What is changed and not on its way already. */
const isToDeploy = (service: Service) => service.changed && !runningDeployment(service);

export const projectActions: Action[] = [
  {
    id: "service.new",
    name: "New service",
    icon: PlusIcon,
    group: "Project",
    shortcut: "c",
    when: (context) => reachable(context) && !!context.project,
    run: (context) => {
      goToEnvironment(context);
      go.open({ type: "new-service" });
    },
  },
  {
    id: "service.first",
    name: "New service in a new project",
    icon: PlusIcon,
    group: "Project",
    when: (context) => reachable(context),
    run: () => go.open({ type: "first-service" }),
  },
  {
    id: "project.deploy-changed",
    name: "Deploy all changed services",
    icon: RocketIcon,
    group: "Project",
    shortcut: "shift+enter",
    // The keys are those of a staged deploy: pressed twice they begin nothing else.
    when: (context) => reachable(context) && !useStage.getState().deploying.has(context.environment?.id ?? "") && context.services.some(isToDeploy),
    run: (context) => {
      for (const service of context.services) if (isToDeploy(service)) deploy({ ...context, service });
    },
  },
  {
    id: "project.new",
    name: "New project",
    icon: FolderPlusIcon,
    group: "Project",
    shortcut: "p",
    when: (context) => reachable(context),
    run: (context) => {
      goToServer(context);
      go.open({ type: "new-project" });
    },
  },
  {
    id: "project.rename",
    name: "Rename the project",
    icon: PencilIcon,
    group: "Project",
    when: (context) => reachable(context) && !!context.project,
    run: (context) => {
      goToServer(context);
      if (context.project) go.open({ type: "rename-project", projectId: context.project.id });
    },
  },
  {
    id: "project.delete",
    name: "Delete the project…",
    icon: Trash2Icon,
    group: "Project",
    danger: true,
    when: (context) => reachable(context, "owner") && !!context.project,
    run: (context) => {
      goToServer(context);
      if (context.project) go.open({ type: "delete-project", projectId: context.project.id });
    },
  },
];
