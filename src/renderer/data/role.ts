import { entryOf, ROLES, type Person, type Role } from "@aeroplane/agent/contract";
import type { Server } from "../../contract/index.ts";

/** What this window may do on a server; an agent from before people had roles has owners alone. */
export const roleOn = (server: Server | undefined): Role | (string & {}) => server?.hello?.me?.role ?? "owner";

/** A role that this window does not know may look: the agent itself refuses what goes too far. */
const rankOf = (role: string): number => Math.max(0, (ROLES as readonly string[]).indexOf(role));

export const may = (server: Server | undefined, needed: Role): boolean => rankOf(roleOn(server)) >= rankOf(needed);

/** Somebody else owns the server and invited this person. */
export const isInvited = (server: Server | undefined): boolean => !!server?.hello?.me?.personId;

/** People share a login that has no shell; a terminal on the server itself is for those with one of their own. */
export const hasShell = (server: Server): boolean => may(server, "owner") && !isInvited(server);

/** Why an act is refused here; null: it is not. */
export function refusedTo(server: Server, needed: Role): string | null {
  if (may(server, needed)) return null;
  const role = roleOn(server);
  if (entryOf(known, role)) return `Needs the role ${needed}. Yours on ${server.name} is ${role}.`;
  return `This app does not know the role ${role} that you have on ${server.name}, and only shows what there is. Update the app.`;
}

const known: Record<Role, { name: string; about: string }> = {
  viewer: { name: "Viewer", about: "Sees projects, logs and states. Changes nothing and sees no value of a variable." },
  deployer: { name: "Deployer", about: "Makes, changes and deploys services, and reads their variables. Deletes nothing, invites nobody." },
  owner: { name: "Owner", about: "May do everything that the agent can, and decides who comes in." },
};

export const roleWords = (role: string): { name: string; about: string } =>
  entryOf(known, role) ?? { name: role, about: "A role that this app does not know. The agent on the server decides." };

/** Everything an invited person needs to come in, to be sent by mail or chat: nothing in it is secret. */
export function invitationText(server: Server, person: Person, way: { login: string; hostKeys: { type: string; fingerprint: string }[] }): string {
  const address = server.login?.address ?? server.hello?.hostname ?? server.name;
  const host = address.includes(":") ? `[${address}]` : address;
  const port = server.login && server.login.port !== 22 ? `:${server.login.port}` : "";
  const key = way.hostKeys.find(({ type }) => type === "ssh-ed25519") ?? way.hostKeys[0];
  return [
    `${person.name}: the server ${server.name} is open to you as ${person.role}.`,
    `In Aeroplane, choose "Add a server" and type: ${way.login}@${host}${port}`,
    `Sign in with the key ${person.fingerprint}`,
    ...(key ? [`The host shows: ${key.fingerprint} (${key.type})`] : []),
  ].join("\n");
}
