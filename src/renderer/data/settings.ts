import { useQuery } from "@tanstack/react-query";
import type { Server } from "../../contract/index.ts";
import { client } from "../link.ts";
import { keys } from "./queries.ts";
import { answers } from "./servers.ts";

/** What is set for a whole server. */
export const useSettings = (server: Server) =>
  useQuery({
    queryKey: keys.settings(server.id),
    queryFn: ({ signal }) => client.agent.instance.settings({}, { context: { serverId: server.id }, signal }),
    enabled: answers(server),
  });
