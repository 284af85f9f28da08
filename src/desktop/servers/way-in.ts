import { fail, Failure, PEOPLE_LOGIN } from "@aeroplane/agent/contract";
import type { ServerLogin } from "../../contract/index.ts";
import { PLACES, socketOf } from "../bootstrap/places.ts";
import { overBridge } from "../ssh/bridge.ts";
import type { Transport } from "../ssh/transport.ts";

/** A person with a role: their key starts the bridge whatever is asked for, so there is nothing to prepare. */
export const isInvited = ({ user, door }: Pick<ServerLogin, "user" | "door">): boolean => user === PEOPLE_LOGIN && door === "bridge";

/** How the agent's socket is reached over this connection: forwarded, or through the bridge. */
export function wayIn(login: ServerLogin, transport: Transport): Transport {
  const { user, address, door } = login;
  if (door === "forwarding" || !transport.openCommand) return transport;
  return overBridge({ ...transport, openCommand: transport.openCommand }, { argv: [PLACES.bridge, "--socket", socketOf(user)], address, user });
}

/** To an invited person a refused key means something else than to an owner. */
export function signInFailure(login: ServerLogin, error: unknown): unknown {
  const refused = error instanceof Failure && error.problem.code === "LOGIN_REFUSED";
  return refused && isInvited(login) ? fail("KEY_NOT_ADMITTED", { address: login.address, user: login.user }, { cause: error }) : error;
}
