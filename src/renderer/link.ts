import { createORPCClient } from "@orpc/client";
import type { ContractRouterClient } from "@orpc/contract";
import { CREDIT_HEADER, creditedLink, SERVER_HEADER, WEB_CODE_HEADER, WEB_SESSION_PATH, type AeroplaneWindow } from "../contract/index.ts";
import type { DesktopContract } from "../contract/index.ts";
import { portLink } from "./link/port.ts";
import { socketLink } from "./link/socket.ts";
import { become } from "./link/state.ts";

export { linkState } from "./link/state.ts";

/** Which server an agent call is for; nothing for the desktop's own procedures. */
export type CallContext = { serverId?: string; stream?: string };
export type Client = ContractRouterClient<DesktopContract, CallContext>;

const TOKEN = "aeroplane.token";
const headers = ({ context }: { context: CallContext }): Record<string, string> => ({
  ...(context.serverId ? { [SERVER_HEADER]: context.serverId } : {}),
  ...(context.stream ? { [CREDIT_HEADER]: context.stream } : {}),
});

/**
 * The token comes once, in the fragment that no server sees, or for a code there that is good once; it stays in this tab
 * alone. The fragment is empty when this returns.
 */
async function takeToken(): Promise<string> {
  const said = new URLSearchParams(location.hash.slice(1));
  const [token, code] = [said.get("token"), said.get("code")];
  if (token || code) history.replaceState(null, "", location.pathname + location.search);
  const given = token || (code && (await tokenFor(code)));
  if (given) sessionStorage.setItem(TOKEN, given);
  return given || (sessionStorage.getItem(TOKEN) ?? "");
}

/** Null: it was used, or is too old. */
async function tokenFor(code: string): Promise<string | null> {
  const answer = await fetch(WEB_SESSION_PATH, { method: "POST", headers: { [WEB_CODE_HEADER]: code } }).catch(() => null);
  return answer?.ok ? answer.text() : null;
}

/** What Electron's preload has put there; nothing in a browser. */
export const electron = (window as { aeroplane?: AeroplaneWindow }).aeroplane;
export const inElectron = electron !== undefined;
const link = inElectron ? portLink<CallContext>({ window, headers, become }) : socketLink<CallContext>({ token: takeToken(), headers, become });
export const client: Client = createORPCClient(creditedLink<CallContext>(link));
