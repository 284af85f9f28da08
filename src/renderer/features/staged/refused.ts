import type { Server } from "../../../contract/index.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";

/** Why nothing that is staged can be deployed or discarded here now; null: it can. */
export const refusedNow = (server: Server): string | null => (answers(server) ? refusedTo(server, "deployer") : `${server.name} is not connected.`);
