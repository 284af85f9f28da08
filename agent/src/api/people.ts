import type { Base, Rooms } from "./base.ts";

export function peopleHandlers(base: Base, { people }: Pick<Rooms, "people">) {
  return {
    list: base.people.list.handler(() => people.list()),
    invite: base.people.invite.handler(({ input, context }) => people.invite(context.entityId!, input)),
    changeRole: base.people.changeRole.handler(({ input }) => people.changeRole(input.id, input.role)),
    revoke: base.people.revoke.handler(({ input }) => people.revoke(input.id)),
  };
}
