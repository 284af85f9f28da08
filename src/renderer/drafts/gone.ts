import type { Project, Service, Variable } from "@aeroplane/agent/contract";
import { queries } from "../data/queries.ts";
import { stagedIn } from "../data/staged.ts";
import { servers } from "../data/servers.ts";
import { changeDraft, useDrafts, type Drafts, type Of } from "./drafts.ts";

/** Drops what was typed for what is gone, whoever took it away. */
export function dropGone(): () => void {
  const stopLists = queries.getQueryCache().subscribe((event) => {
    if (event.type === "updated" && event.action.type === "success") compare(event.query.queryKey, event.query.state.data);
  });
  const stopServers = servers.subscribe(() => {
    const there = servers.get()?.map(({ id }) => id);
    if (there) keep(({ serverId }) => there.includes(serverId));
  });
  return () => (stopLists(), stopServers());
}

type Lists = { projects: Project[]; services: Service[]; variables: Variable[] };
/** What each list of a server says about whose typing is kept; `scope` is whose list it is: see data/queries.ts. */
const comparisons: { [K in keyof Lists]: (list: Lists[K], serverId: string, scope: string) => void } = {
  projects(list, serverId) {
    const there = new Set(list.flatMap(({ environments }) => environments.map(({ id }) => id)));
    keep((of) => of.serverId !== serverId || there.has(of.environmentId));
  },
  services(list, serverId, environmentId) {
    const there = new Set(list.map(({ id }) => id));
    keep((of) => of.serverId !== serverId || of.environmentId !== environmentId || of.serviceId === null || there.has(of.serviceId));
  },
  variables(list, serverId, scopeId) {
    const there = new Set(list.map(({ name }) => name));
    for (const { of, forms } of Object.values(useDrafts.getState())) {
      if (of.serverId !== serverId || (of.serviceId ?? of.environmentId) !== scopeId || !forms.values) continue;
      // One that is staged and not there yet is edited, too.
      const added = new Set(stagedIn(serverId, of.environmentId).flatMap((row) => (row.serviceId === of.serviceId && row.aspect === "variable" ? row.name : [])));
      const left = Object.entries(forms.values).filter(([name]) => there.has(name) || added.has(name));
      if (left.length < Object.keys(forms.values).length) changeDraft(of, "values", () => (left.length === 0 ? undefined : Object.fromEntries(left)));
    }
  },
};

function compare([, serverId, kind, scope, ...deeper]: readonly unknown[], list: unknown): void {
  // The history of variables has a key below theirs, and is not what there is.
  if (deeper.length > 0 || typeof kind !== "string" || !Object.hasOwn(comparisons, kind) || !Array.isArray(list)) return;
  comparisons[kind as keyof Lists](list as never, String(serverId), String(scope));
}

function keep(isThere: (of: Of) => boolean): void {
  const all = Object.entries(useDrafts.getState());
  const left = all.filter(([, { of }]) => isThere(of));
  if (left.length < all.length) useDrafts.setState(Object.fromEntries(left) as Drafts, true);
}
