import type { Base, Rooms } from "./base.ts";

export function peopleHandlers(base: Base, { people, terminals }: Pick<Rooms, "people" | "terminals">) {
  return {
    list: base.people.list.handler(() => people.list()),
    invite: base.people.invite.handler(({ input, context }) => people.invite(context.entityId!, input)),
    changeRole: base.people.changeRole.handler(({ input }) => {
      const changed = people.changeRole(input.id, input.role);
      terminals.closeOf(input.id);
      return changed;
    }),
    revoke: base.people.revoke.handler(({ input }) => people.revoke(input.id).finally(() => terminals.closeOf(input.id))),
  };
}
