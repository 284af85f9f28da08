import {
  CircleStopIcon,
  DownloadIcon,
  ExternalLinkIcon,
  FileDownIcon,
  GitCompareIcon,
  GlobeIcon,
  HistoryIcon,
  PlayIcon,
  RocketIcon,
  RotateCwIcon,
  ScrollTextIcon,
  Settings2Icon,
  SquareChevronRightIcon,
  SquareIcon,
  SquareTerminalIcon,
  Trash2Icon,
  Undo2Icon,
  VariableIcon,
} from "lucide-react";
import type { Role, Service } from "@aeroplane/agent/contract";
import { client } from "../link.ts";
import { go } from "../app/view.ts";
import { cancellableDeployment, ofService } from "../data/agent.ts";
import { keys, queries } from "../data/queries.ts";
import { may } from "../data/role.ts";
import { answers } from "../data/servers.ts";
import { runs } from "../shapes/shapes.ts";
import { siteAddress } from "../data/address.ts";
import { showTerminal } from "../features/terminal/sessions.ts";
import type { Action, Context } from "./action.ts";
import { askForLoss } from "./loss.ts";
import { keepingFor } from "./keeping.ts";
import { perform } from "./perform.ts";
import { goToEnvironment, goToService } from "./place.ts";
import { saveLog, useFound } from "./save-log.ts";

const reachable = ({ server, service }: Context, needed: Role = "deployer") => !!service && !!server && answers(server) && may(server, needed);
const onService = (title: string, act: (service: Service, options: { context: { serverId: string } }) => Promise<unknown>) =>
  ({ server, service }: Context) => {
    if (!server || !service) return;
    perform(`${title} ${service.name}`, { server, service }, () => act(service, { context: { serverId: server.id } }));
  };

/** An act that takes containers away: where these hold data, it is refused with their paths, and a dialog asks for the yes to them. */
const thatTakesContainers = (title: string, act: (service: Service, discard: string[], options: { context: { serverId: string } }) => Promise<unknown>) =>
  ({ server, service }: Context) => {
    if (!server || !service) return;
    const { name } = service;
    const run = (discard: string[]) => act(service, discard, { context: { serverId: server.id } });
    const question = { service: name, title: `${title} ${name}`, word: `Delete data and ${title.toLowerCase()}`, keep: keepingFor(server, service) };
    const agreed = (discard: string[]) => run(discard).finally(() => void queries.invalidateQueries({ queryKey: keys.server(server.id) }));
    perform(question.title, { server, service }, () => run([]), (problem) => askForLoss(problem, { ...question, act: agreed }));
  };

export const deploy = thatTakesContainers("Deploy", ({ id: serviceId, environmentId }, discard, options) => client.agent.deployments.start({ environmentId, serviceId, discard }, options));

/** One commit again, whatever its branch points at by now. */
export const redeploy = (commit: string) =>
  thatTakesContainers("Redeploy", ({ id: serviceId, environmentId }, discard, options) => client.agent.deployments.start({ environmentId, serviceId, discard, commit }, options));

/** Back to a kept release, with its own image, settings and variables. */
export const rollBack = (releaseId: string) =>
  thatTakesContainers("Roll back", ({ id: serviceId, environmentId }, discard, options) => client.agent.deployments.rollback({ environmentId, serviceId, releaseId, discard }, options));

/** No cleanup takes it any more, or again. */
export const pinRelease = (releaseId: string, pinned: boolean) =>
  onService(pinned ? "Pin a release of" : "Unpin a release of", ({ id: serviceId, environmentId }, options) => client.agent.deployments[pinned ? "pin" : "unpin"]({ environmentId, serviceId, releaseId }, options));

/** What is looked for in its log, where that is looked at and may hold something. */
function foundIn({ id, environmentId }: Service) {
  const { found } = useFound.getState();
  return found?.refused === null && found.log.id === id && found.log.environmentId === environmentId ? found.log : null;
}

export const serviceActions: Action[] = [
  {
    id: "service.deploy",
    name: ({ service }) => `Deploy ${service?.name ?? ""}`,
    icon: RocketIcon,
    group: "Service",
    // With Shift: one key alone must not bring anything live.
    shortcut: "shift+d",
    when: (context) => reachable(context),
    run: (context) => {
      goToService(context, "deployments");
      deploy(context);
    },
  },
  {
    id: "service.cancel",
    name: "Cancel the deployment",
    icon: CircleStopIcon,
    group: "Service",
    when: (context) => reachable(context) && !!context.service && !!cancellableDeployment(context.service),
    run: (context) => {
      const deployment = context.service && cancellableDeployment(context.service);
      if (deployment) onService("Cancel the deployment of", (_, options) => client.agent.deployments.cancel({ id: deployment.id }, options))(context);
    },
  },
  {
    id: "service.roll-back",
    name: "Roll back…",
    icon: Undo2Icon,
    group: "Service",
    when: (context) => reachable(context) && !!context.service?.liveRelease,
    run: (context) => {
      goToService(context, "deployments");
      if (context.service) go.open({ type: "roll-back", serviceId: context.service.id, releaseId: "newest" });
    },
  },
  {
    id: "service.compare-releases",
    name: "Compare releases…",
    icon: GitCompareIcon,
    group: "Service",
    when: (context) => reachable(context, "viewer") && !!context.service?.liveRelease,
    run: (context) => {
      goToService(context, "deployments");
      if (context.service) go.open({ type: "compare-releases", serviceId: context.service.id, releaseId: "newest" });
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
    id: "service.domain",
    name: "Add a domain",
    icon: GlobeIcon,
    group: "Service",
    when: (context) => reachable(context) && !!context.service?.traits.routed && context.service.hostname === null,
    run: ({ service }) => service && go.open({ type: "add-domain", serviceId: service.id }),
  },
  {
    id: "service.deployments",
    name: "Show deployments",
    icon: HistoryIcon,
    group: "Service",
    when: ({ service }) => !!service,
    run: (context) => goToService(context, "deployments"),
  },
  {
    id: "service.logs",
    name: "Show logs",
    icon: ScrollTextIcon,
    group: "Service",
    shortcut: "l",
    when: ({ service }) => !!service && runs(service.traits),
    run: (context) => goToService(context, "logs"),
  },
  {
    id: "service.download-log",
    name: "Download the whole log",
    icon: DownloadIcon,
    group: "Service",
    when: ({ server, service }) => !!service && !!server && answers(server) && runs(service.traits),
    run: ({ server, service }) => server && service && saveLog(`Download the log of ${service.name}`, server, { type: "service", ...ofService(service) }, service),
  },
  {
    id: "service.download-found",
    name: "Download what was found",
    icon: FileDownIcon,
    group: "Service",
    when: ({ server, service }) => !!server && answers(server) && !!service && foundIn(service) !== null,
    run: ({ server, service }) => {
      const log = service && foundIn(service);
      if (server && log) saveLog(`Download what was found in the log of ${service.name}`, server, log, service);
    },
  },
  {
    id: "service.terminal",
    name: "Open a terminal in its container",
    icon: SquareTerminalIcon,
    group: "Service",
    shortcut: "t",
    when: (context) => reachable(context) && !!context.service?.liveRelease && runs(context.service.traits),
    run: (context) => {
      const { server, service } = context;
      if (!server || !service) return;
      goToService(context, "terminal");
      void showTerminal({ serverId: server.id, serviceId: service.id });
    },
  },
  {
    id: "service.run-command",
    name: "Run a command…",
    icon: SquareChevronRightIcon,
    group: "Service",
    when: (context) => reachable(context) && !!context.service?.liveRelease && context.service.traits.runsOnce === true,
    run: (context) => {
      goToService(context, "deployments");
      if (context.service) go.open({ type: "run-command", serviceId: context.service.id });
    },
  },
  {
    id: "service.variables",
    name: "Show variables",
    icon: VariableIcon,
    group: "Service",
    shortcut: "v",
    when: ({ service }) => !!service,
    run: (context) => goToService(context, "variables"),
  },
  {
    id: "service.settings",
    name: "Show service settings",
    icon: Settings2Icon,
    group: "Service",
    shortcut: "s",
    when: ({ service }) => !!service,
    run: (context) => goToService(context, "settings"),
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
    run: (context) => {
      goToEnvironment(context);
      if (context.service) go.open({ type: "delete-service", serviceId: context.service.id });
    },
  },
];
