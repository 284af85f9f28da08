import { createORPCClient } from "@orpc/client";
import type { ContractRouterClient } from "@orpc/contract";
import { CREDIT_HEADER, creditedLink, SERVER_HEADER, type DesktopContract } from "../contract/index.ts";
import { electron, token } from "./early.ts";
import { portLink } from "./link/port.ts";
import { socketLink } from "./link/socket.ts";
import { become } from "./link/state.ts";

export { electron } from "./early.ts";
export { linkState } from "./link/state.ts";

/** Which server an agent call is for; nothing for the desktop's own procedures. */
export type CallContext = { serverId?: string; stream?: string };
export type Client = ContractRouterClient<DesktopContract, CallContext>;

const headers = ({ context }: { context: CallContext }): Record<string, string> => ({
  ...(context.serverId ? { [SERVER_HEADER]: context.serverId } : {}),
  ...(context.stream ? { [CREDIT_HEADER]: context.stream } : {}),
});

export const inElectron = electron !== undefined;
const link = inElectron ? portLink<CallContext>({ window, headers, become }) : socketLink<CallContext>({ token, headers, become });
export const client: Client = createORPCClient(creditedLink<CallContext>(link));
