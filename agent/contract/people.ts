import * as z from "zod";
import * as name from "./names.ts";
import { open } from "./open.ts";
import { problem } from "./problem.ts";
import { ask, own, ROLES, type Role } from "./procedure.ts";
import { publicKey } from "./public-key.ts";

export const role = z.enum(ROLES);

/** The login of all people with a role; their keys lead to the agent and nowhere else. */
export const PEOPLE_LOGIN = "aeroplane";

export const person = z.object({
  id: name.id,
  name: z.string(),
  role: open<Role>(),
  /** SHA256:… as ssh-keygen -lf prints it. */
  fingerprint: z.string(),
  keyType: open(),
  createdAt: name.timestamp,
  /** When they last came in; null: not yet. */
  lastSeenAt: name.timestamp.nullable(),
});
export type Person = z.infer<typeof person>;

/** Who asks: an owner by their own login has no name here. */
export const me = z.object({ role: open<Role>(), name: z.string().nullable(), personId: name.id.nullable() });
export type Me = z.infer<typeof me>;

export const admission = z.object({
  people: z.array(person),
  /** The login that an invited person uses. */
  login: z.string(),
  /** For an invitation: what the host shows at the first connection. */
  hostKeys: z.array(z.object({ type: open(), fingerprint: z.string() })),
  /** Why nobody can be invited, or why invited ones cannot come in. */
  problems: z.array(problem),
});
export type Admission = z.infer<typeof admission>;

export const peopleProcedures = {
  list: ask.input(z.object({})).output(admission),
  /** From then on the holder of this key may do what the role says, and nothing else on the server. */
  invite: own.input(z.object({ name: name.title, role, publicKey })).output(person),
  changeRole: own.input(z.object({ id: name.id, role })).output(person),
  /** At once, also for connections that are open. */
  revoke: own.input(z.object({ id: name.id })).output(person),
};
