import { ListChecksIcon, RocketIcon, Trash2Icon } from "lucide-react";
import { go } from "../app/view.ts";
import { may } from "../data/role.ts";
import { answers } from "../data/servers.ts";
import { stagedIn } from "../data/staged.ts";
import { changes } from "../features/staged/words.ts";
import type { Action, Context } from "./action.ts";
import { perform } from "./perform.ts";
import { goToEnvironment } from "./place.ts";
import { deployRows, dropRefusal, useStage } from "./stage-acts.ts";

const rows = ({ server, environment }: Context) => (server && environment ? stagedIn(server.id, environment.id) : []);
const waits = (context: Context) => !!context.server && answers(context.server) && rows(context).length > 0;
const mayAct = (context: Context) => waits(context) && may(context.server, "deployer");

/** What was edited and waits for a deploy, of the environment that is looked at. */
export const stagedActions: Action[] = [
  {
    id: "staged.review",
    name: "Review staged changes",
    icon: ListChecksIcon,
    group: "Environment",
    shortcut: "r",
    when: waits,
    run: (context) => {
      goToEnvironment(context);
      dropRefusal();
      if (context.environment) go.open({ type: "review-staged", environmentId: context.environment.id });
    },
  },
  {
    id: "staged.deploy",
    name: "Deploy staged changes",
    icon: RocketIcon,
    group: "Environment",
    shortcut: "shift+enter",
    when: (context) => mayAct(context) && !useStage.getState().deploying.has(context.environment?.id ?? ""),
    run: (context) => {
      const { server, environment } = context;
      const all = rows(context);
      if (!server || !environment || all.length === 0) return;
      perform(`Deploy ${changes(all.length)}`, { server }, () => deployRows({ serverId: server.id, environmentId: environment.id }, all.map(({ id }) => id)));
    },
  },
  {
    id: "staged.discard",
    name: "Discard all staged changes…",
    icon: Trash2Icon,
    group: "Environment",
    danger: true,
    when: mayAct,
    run: (context) => {
      goToEnvironment(context);
      if (context.environment) go.open({ type: "discard-staged", environmentId: context.environment.id });
    },
  },
];
