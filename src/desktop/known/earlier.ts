import { hostStatus, project, service, shapes, type Project, type Service, type ShapeName } from "@aeroplane/agent/contract";
import * as z from "zod";
import type { KnownState } from "../../contract/index.ts";

/** What protocol 1 called a kind of service, which was its shape and its source in one. */
const SHAPE_OF: Record<string, ShapeName> = { git: "web", image: "web", static: "static", worker: "worker" };

const file = z.object({ at: z.int().nonnegative(), projects: z.array(z.unknown()), services: z.array(z.unknown()), status: z.unknown() });

/** The state in a file, also of an earlier or a later app; what of it cannot be shown is left out, null: nothing can. */
export function readState(stored: unknown): KnownState | null {
  const read = file.safeParse(stored);
  if (!read.success) return null;
  const { at, projects, services, status } = read.data;
  return { at, projects: each(projects.map(projectOfToday), project), services: each(services.map(serviceOfToday), service), status: hostStatus.safeParse(status).data ?? null };
}

const each = <T>(list: unknown[], schema: z.ZodType<T>): T[] =>
  list.flatMap((one) => {
    const read = schema.safeParse(one);
    return read.success ? [read.data] : [];
  });

/** A project of protocol 1 had one environment. */
function projectOfToday(stored: unknown): unknown {
  const { environment, ...before } = (stored ?? {}) as Partial<Project> & { environment?: { id: string; name: string } };
  if (environment === undefined || before.environments !== undefined) return stored;
  return { ...before, environments: [{ ...environment, serviceCount: before.serviceCount, createdAt: before.createdAt }] };
}

function serviceOfToday(stored: unknown): unknown {
  const { kind, ...before } = (stored ?? {}) as Partial<Service> & { kind?: string };
  const shape = kind === undefined ? undefined : SHAPE_OF[kind];
  if (shape === undefined || before.shape !== undefined) return stored;
  const { lastDeployment } = before;
  // Its steps had no words, and are of no use without the server.
  return { ...before, shape, traits: shapes[shape], lastDeployment: lastDeployment && { ...lastDeployment, steps: [], progress: null } };
}
