import { create } from "zustand";
import { addressOf, placeIn, type Address } from "../address/address.ts";
import type { Dialog } from "../address/dialogs.ts";
import { isTab, type ProjectTab, type Section, type ServerTab, type Tab } from "../address/pages.ts";
import { read, write } from "../address/text.ts";
import { createTrail, type Move } from "../address/trail.ts";
import { KEPT } from "../kept.ts";

/** What is looked at, and how: nothing that a server said is ever kept here. */
export type View = Address & {
  /** Project → the environment of it that was looked at last. */
  lastEnvironments: Record<string, string>;
  /** Services that were looked at, the last one first. */
  recent: { serverId: string; serviceId: string }[];
  /** How the projects of a server are sorted. */
  projectOrder: "name" | "newest" | "state";
  filter: string;
  jobsOpen: boolean;
  sideOpen: boolean;
  drawerWidth: number;
  theme: "system" | "light" | "dark";
};

const kept: (keyof View)[] = ["serverId", "section", "serverTab", "projectId", "environmentId", "lastEnvironments", "projectTab", "serviceId", "tab", "recent", "projectOrder", "sideOpen", "drawerWidth", "theme"];

const first: View = {
  ...addressOf(),
  lastEnvironments: {},
  recent: [],
  projectOrder: "newest",
  filter: "",
  jobsOpen: false,
  sideOpen: true,
  drawerWidth: 616,
  theme: "system",
};

/** Where it was is read as any other address: what is broken of it leads to the page above. */
function last(): View {
  try {
    const view = { ...first, ...(JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<View>) };
    const place = read(write({ ...placeIn(view), dialog: null })) ?? addressOf();
    return { ...view, ...place, recent: Array.isArray(view.recent) ? view.recent : [], tab: isTab(view.tab) ? view.tab : place.tab };
  } catch {
    return first;
  }
}

export const useView = create<View>(last);

useView.subscribe((view) => {
  localStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(kept.map((key) => [key, view[key]]))));
});

/** So many projects keep the environment that was looked at. */
const REMEMBERED = 200;
const remember = (last: View["lastEnvironments"], { projectId, environmentId }: Address) =>
  !projectId || !environmentId
    ? last
    : Object.fromEntries([[projectId, environmentId] as const, ...Object.entries(last).filter(([id]) => id !== projectId)].slice(0, REMEMBERED));

const RECENT = 6;
/** A service that is opened goes to the front. */
const recalled = (recent: View["recent"], { serverId, serviceId }: Address): View["recent"] =>
  !serverId || !serviceId || recent[0]?.serviceId === serviceId ? recent : [{ serverId, serviceId }, ...recent.filter((each) => each.serviceId !== serviceId)].slice(0, RECENT);

const pageParts = ["serverId", "section", "projectId", "environmentId", "projectTab"] as const;

/** The window is brought there; what an address does not say stays as it was chosen last. */
function show(to: Address): void {
  useView.setState((view) => ({
    ...to,
    serverTab: to.section === "server" ? to.serverTab : view.serverTab,
    tab: to.serviceId ? to.tab : view.tab,
    filter: pageParts.every((part) => to[part] === view[part]) ? view.filter : "",
    jobsOpen: view.jobsOpen && !to.dialog,
    lastEnvironments: remember(view.lastEnvironments, to),
    recent: recalled(view.recent, to),
  }));
}

/** Where the window is. */
export const here = (): Address => placeIn(useView.getState());

/** The history of the window, which follows every move; started by address/keep.ts. */
export const trail = createTrail({ current: here, show });

function move(change: Partial<Address>, how?: Move): void {
  show({ ...here(), ...change });
  trail.goTo(here(), how);
}

/** The environment of a project that is looked at. */
export function environmentIn<E extends { id: string }>({ id, environments }: { id: string; environments: readonly E[] }, { environmentId, lastEnvironments }: Pick<View, "environmentId" | "lastEnvironments">): E | undefined {
  const of = (wanted: string | null | undefined) => environments.find((each) => each.id === wanted);
  return of(environmentId) ?? of(lastEnvironments[id]) ?? environments[0];
}

/** Nothing is chosen on the page and no dialog is over it. */
const fresh = { serviceId: null, deploymentId: null, dialog: null };
const nowhere = { ...fresh, projectId: null, environmentId: null, projectTab: "services" as const };

/** Every way to another place: each makes one address, and the history one entry of it. */
export const go = {
  to: (address: Address) => move(address),
  server: (serverId: string | null) => move({ ...nowhere, serverId, section: "projects" }),
  section: (section: Section, serverId = here().serverId) => move({ ...nowhere, serverId, section }),
  serverTab: (serverTab: ServerTab, serverId = here().serverId) => move({ ...nowhere, serverId, section: "server", serverTab }),
  project: (projectId: string) => move({ ...nowhere, section: "projects", projectId }),
  environment: (projectId: string, environmentId: string) => move({ ...fresh, section: "projects", projectId, environmentId }),
  projectTab: (projectTab: ProjectTab) => move({ ...fresh, projectTab }),
  service: (serviceId: string | null, tab = here().tab) => move({ ...fresh, serviceId, tab, ...(serviceId ? { projectTab: "services" } : {}) }),
  tab: (tab: Tab) => move({ tab, deploymentId: null }),
  deployment: (deploymentId: string | null) => move({ deploymentId }),
  open: (dialog: Dialog) => move({ dialog }),
  closeDialog: () => move({ dialog: null }),
  /** What an address left open, or what it named and is gone: nobody went there. */
  correct: (change: Partial<Address>) => move(change, { replace: true }),
  /** One step; a dialog is such a step. */
  back: () => (here().dialog ? go.closeDialog() : trail.back()),
  forward: () => trail.forward(),
};
