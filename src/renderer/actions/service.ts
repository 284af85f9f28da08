import {
  CircleStopIcon,
  ExternalLinkIcon,
  PlayIcon,
  RocketIcon,
  RotateCwIcon,
  ScrollTextIcon,
  Settings2Icon,
  SquareIcon,
  SquareTerminalIcon,
  Trash2Icon,
  VariableIcon,
} from "lucide-react";
import type { Role, Service } from "@aeroplane/agent/contract";
import { client } from "../link.ts";
import { go } from "../app/view.ts";
import { ofService, runningDeployment } from "../data/agent.ts";
import { keys, queries } from "../data/queries.ts";
import { may } from "../data/role.ts";
import { answers } from "../data/servers.ts";
import { runs } from "../shapes/shapes.ts";
import { siteAddress } from "../data/address.ts";
import { showTerminal } from "../features/terminal/sessions.ts";
import type { Action, Context } from "./action.ts";
import { askForLoss } from "./loss.ts";
import { perform } from "./perform.ts";

const reachable = ({ server, service }: Context, needed: Role = "deployer") => !!service && !!server && answers(server) && may(server, needed);
const onService = (title: string, act: (service: Service, options: { context: { serverId: string } }) => Promise<unknown>) =>
  ({ server, service }: Context) => {
    if (!server || !service) return;
    perform(`${title} ${service.name}`, server.id, () => act(service, { context: { serverId: server.id } }));
  };

/** An act that takes containers away: where these hold data, it is refused with their paths, and a dialog asks for the yes to them. */
const thatTakesContainers = (title: string, act: (service: Service, discard: string[], options: { context: { serverId: string } }) => Promise<unknown>) =>
  ({ server, service }: Context) => {
    if (!server || !service) return;
    const { name } = service;
    const run = (discard: string[]) => act(service, discard, { context: { serverId: server.id } });
    const question = { service: name, title: `${title} ${name}`, word: `Delete data and ${title.toLowerCase()}` };
    const agreed = (discard: string[]) => run(discard).finally(() => void queries.invalidateQueries({ queryKey: keys.server(server.id) }));
    perform(question.title, server.id, () => run([]), (problem) => askForLoss(problem, { ...question, act: agreed }));
  };

export const deploy = thatTakesContainers("Deploy", ({ id: serviceId, environmentId }, discard, options) => client.agent.deployments.start({ environmentId, serviceId, discard }, options));

export const serviceActions: Action[] = [
  {
    id: "service.deploy",
    name: ({ service }) => `Deploy ${service?.name ?? ""}`,
    icon: RocketIcon,
    group: "Service",
    shortcut: "d",
    when: (context) => reachable(context),
    run: (context) => {
      if (context.service) go.service(context.service.id, "deployments");
      deploy(context);
    },
  },
  {
    id: "service.cancel",
    name: "Cancel the deployment",
    icon: CircleStopIcon,
    group: "Service",
    when: (context) => reachable(context) && !!context.service && !!runningDeployment(context.service),
    run: (context) => {
      const deployment = context.service && runningDeployment(context.service);
      if (deployment) onService("Cancel the deployment of", (_, options) => client.agent.deployments.cancel({ id: deployment.id }, options))(context);
    },
  },
  {
    id: "service.open-site",
    name: "Open the site",
    icon: ExternalLinkIcon,
    group: "Service",
    shortcut: "o",
    when: ({ server, service }) => !!server && !!service?.hostname && !!service.liveRelease,
    run: ({ server, service }) => {
      const address = server && service && siteAddress(server, service);
      if (address) window.open(address, "_blank", "noopener,noreferrer");
    },
  },
  {
    id: "service.logs",
    name: "Show logs",
    icon: ScrollTextIcon,
    group: "Service",
    shortcut: "l",
    when: ({ service }) => !!service && runs(service.traits),
    run: ({ service }) => service && go.service(service.id, "logs"),
  },
  {
    id: "service.terminal",
    name: "Open a terminal in its container",
    icon: SquareTerminalIcon,
    group: "Service",
    shortcut: "t",
    when: (context) => reachable(context) && !!context.service?.liveRelease && runs(context.service.traits),
    run: ({ server, service }) => {
      if (!server || !service) return;
      go.service(service.id, "terminal");
      void showTerminal({ serverId: server.id, serviceId: service.id });
    },
  },
  {
    id: "service.variables",
    name: "Show variables",
    icon: VariableIcon,
    group: "Service",
    shortcut: "v",
    when: ({ service }) => !!service,
    run: ({ service }) => service && go.service(service.id, "variables"),
  },
  {
    id: "service.settings",
    name: "Show service settings",
    icon: Settings2Icon,
    group: "Service",
    shortcut: "s",
    when: ({ service }) => !!service,
    run: ({ service }) => service && go.service(service.id, "settings"),
  },
  {
    id: "service.restart",
    name: "Restart",
    icon: RotateCwIcon,
    group: "Service",
    when: (context) =>
      reachable(context) && !!context.service?.liveRelease && runs(context.service.traits) && context.service.state !== "stopped",
    run: thatTakesContainers("Restart", (service, discard, options) => client.agent.services.restart({ ...ofService(service), discard }, options)),
  },
  {
    id: "service.stop",
    name: "Stop",
    icon: SquareIcon,
    group: "Service",
    when: (context) => reachable(context) && !!context.service?.liveRelease && context.service.state !== "stopped",
    run: thatTakesContainers("Stop", (service, discard, options) => client.agent.services.stop({ ...ofService(service), discard }, options)),
  },
  {
    id: "service.start",
    name: "Start",
    icon: PlayIcon,
    group: "Service",
    when: (context) => reachable(context) && context.service?.state === "stopped",
    run: thatTakesContainers("Start", (service, discard, options) => client.agent.services.start({ ...ofService(service), discard }, options)),
  },
  {
    id: "service.delete",
    name: "Delete…",
    icon: Trash2Icon,
    group: "Service",
    danger: true,
    when: (context) => reachable(context, "owner"),
    run: ({ service }) => service && go.open({ type: "delete-service", serviceId: service.id }),
  },
];
