import { MailIcon, UserCogIcon, UserPlusIcon, UsersIcon, UserXIcon } from "lucide-react";
import { go } from "../app/view.ts";
import { may } from "../data/role.ts";
import { answers } from "../data/servers.ts";
import type { Action, Context } from "./action.ts";
import { goToServer, isOpen } from "./place.ts";

const decides = ({ server }: Context) => !!server && answers(server) && may(server, "owner");

export const peopleActions: Action[] = [
  {
    id: "people.page",
    name: "Show people",
    icon: UsersIcon,
    group: "Server",
    when: (context) => !!context.server && !(isOpen(context) && context.view.section === "people"),
    run: ({ server }) => go.section("people", server?.id),
  },
  {
    id: "person.invite",
    name: "Invite a person",
    icon: UserPlusIcon,
    group: "Server",
    when: decides,
    run: (context) => {
      goToServer(context);
      go.open({ type: "invite-person" });
    },
  },
  {
    id: "person.invitation",
    name: "Show the invitation",
    icon: MailIcon,
    group: "Server",
    when: ({ person }) => !!person,
    run: ({ person }) => person && go.open({ type: "invitation", personId: person.id }),
  },
  {
    id: "person.change-role",
    name: "Change the role…",
    icon: UserCogIcon,
    group: "Server",
    when: (context) => decides(context) && !!context.person,
    run: ({ person }) => person && go.open({ type: "change-role", personId: person.id }),
  },
  {
    id: "person.revoke",
    name: "Revoke the access…",
    icon: UserXIcon,
    group: "Server",
    danger: true,
    when: (context) => decides(context) && !!context.person,
    run: ({ person }) => person && go.open({ type: "revoke-person", personId: person.id }),
  },
];
