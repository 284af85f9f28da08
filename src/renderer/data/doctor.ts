import { useMutation, useQuery } from "@tanstack/react-query";
import { partProblem, type Check, type DoctorReport, type FixId } from "@aeroplane/agent/contract";
import type { Server } from "../../contract/index.ts";
import { client } from "../link.ts";
import { keys, queries } from "./queries.ts";
import { answers } from "./servers.ts";

const look = async (server: Server, signal?: AbortSignal): Promise<DoctorReport> => {
  const report = await client.agent.doctor.check({ desktopTime: Date.now() }, { context: { serverId: server.id }, signal });
  return { ...report, checks: report.checks.map(judgedHere) };
};

/** An agent knows what was known when it was made; this window may know more of the same programs. */
export function judgedHere(check: Check): Check {
  const problem = check.state === "ok" && check.part ? partProblem(check.part.name, check.part.version) : null;
  return problem ? { ...check, state: "warn", problem } : check;
}

/** Looked at when its page opens, and when a person asks; never in between. */
export const useDoctor = (server: Server) =>
  useQuery({
    queryKey: keys.doctor(server.id),
    queryFn: ({ signal }) => look(server, signal),
    enabled: answers(server),
    staleTime: 0,
    gcTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

/** What the last look found, without looking. */
export const useLastReport = (server: Server): DoctorReport | undefined =>
  useQuery({ queryKey: keys.doctor(server.id), queryFn: ({ signal }) => look(server, signal), enabled: false, gcTime: Number.POSITIVE_INFINITY }).data;

export const checkAgain = (serverId: string) => queries.invalidateQueries({ queryKey: keys.doctor(serverId) });

/** Mends one thing, then looks again at everything. */
export const useMend = (server: Server) =>
  useMutation({
    mutationFn: (id: FixId) => client.agent.doctor.fix({ id }, { context: { serverId: server.id } }),
    onSettled: () => checkAgain(server.id),
  });
