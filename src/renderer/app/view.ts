import { create } from "zustand";

/** What is looked at, and how: nothing that a server said is ever kept here. */
export type Tab = "deployments" | "variables" | "logs" | "terminal" | "settings";
export type Section = "projects" | "people" | "activity" | "server" | "terminal" | "settings";
export type ProjectTab = "services" | "shared";
export type ServerTab = "overview" | "doctor";
export type SecretsAct = "keep-in-file" | "start-new" | "unlock" | "change" | "use-keychain" | "forget";
export type Dialog =
  | { type: "add-server" }
  | { type: "rename-server"; serverId: string }
  | { type: "forget-server"; serverId: string }
  | { type: "uninstall-server"; serverId: string }
  | { type: "forget-host-key"; serverId: string; address: string }
  | { type: "server-tags"; serverId: string }
  | { type: "new-project" }
  | { type: "rename-project"; projectId: string }
  | { type: "delete-project"; projectId: string }
  | { type: "new-environment"; projectId: string }
  | { type: "rename-environment"; environmentId: string }
  | { type: "delete-environment"; environmentId: string }
  | { type: "new-service" }
  | { type: "delete-service"; serviceId: string }
  | { type: "secrets"; act: SecretsAct }
  | { type: "invite-person" }
  | { type: "invitation"; personId: string }
  | { type: "change-role"; personId: string }
  | { type: "revoke-person"; personId: string }
  | { type: "palette" }
  | { type: "shortcuts" };

export type View = {
  serverId: string | null;
  section: Section;
  serverTab: ServerTab;
  projectId: string | null;
  /** Null: the one that was looked at last, else the first. */
  environmentId: string | null;
  /** Project → the environment of it that was looked at last. */
  lastEnvironments: Record<string, string>;
  projectTab: ProjectTab;
  serviceId: string | null;
  tab: Tab;
  deploymentId: string | null;
  filter: string;
  dialog: Dialog | null;
  jobsOpen: boolean;
  sideOpen: boolean;
  drawerWidth: number;
  theme: "system" | "light" | "dark";
};

const KEPT = "aeroplane.view";
const kept: (keyof View)[] = ["serverId", "section", "serverTab", "projectId", "environmentId", "lastEnvironments", "projectTab", "serviceId", "tab", "sideOpen", "drawerWidth", "theme"];

const first: View = {
  serverId: null,
  section: "projects",
  serverTab: "overview",
  projectId: null,
  environmentId: null,
  lastEnvironments: {},
  projectTab: "services",
  serviceId: null,
  tab: "deployments",
  deploymentId: null,
  filter: "",
  dialog: null,
  jobsOpen: false,
  sideOpen: true,
  drawerWidth: 616,
  theme: "system",
};

function last(): Partial<View> {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<View>;
  } catch {
    return {};
  }
}

export const useView = create<View>(() => ({ ...first, ...last() }));

useView.subscribe((view) => {
  localStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(kept.map((key) => [key, view[key]]))));
});

const set = useView.setState;
/** Nothing is chosen in it and nothing filtered. */
const fresh = { serviceId: null, deploymentId: null, filter: "" };
const nowhere = { ...fresh, projectId: null, environmentId: null, projectTab: "services" as const };
/** So many projects keep the environment that was looked at. */
const REMEMBERED = 200;
const remember = (last: View["lastEnvironments"], projectId: string, environmentId: string) =>
  Object.fromEntries([[projectId, environmentId] as const, ...Object.entries(last).filter(([id]) => id !== projectId)].slice(0, REMEMBERED));

/** The environment of a project that is looked at. */
export function environmentIn<E extends { id: string }>({ id, environments }: { id: string; environments: readonly E[] }, { environmentId, lastEnvironments }: Pick<View, "environmentId" | "lastEnvironments">): E | undefined {
  const of = (wanted: string | null | undefined) => environments.find((each) => each.id === wanted);
  return of(environmentId) ?? of(lastEnvironments[id]) ?? environments[0];
}

export const go = {
  server: (serverId: string | null) =>
    set({ ...nowhere, serverId, section: "projects" }),
  section: (section: Section) => set({ ...nowhere, section }),
  doctor: () => set({ ...nowhere, section: "server", serverTab: "doctor" }),
  project: (projectId: string, environmentId: string | null = null) => set({ ...nowhere, section: "projects", projectId, environmentId }),
  environment: (projectId: string, environmentId: string) =>
    set(({ projectTab, lastEnvironments }) => ({ ...fresh, section: "projects", projectId, environmentId, projectTab, lastEnvironments: remember(lastEnvironments, projectId, environmentId) })),
  projectTab: (projectTab: ProjectTab) => set({ ...fresh, projectTab }),
  /** A project or a service of any server. */
  place: ({ serverId, projectId, environmentId, serviceId }: { serverId: string; projectId: string; environmentId: string | null; serviceId: string | null }) =>
    set({ ...nowhere, serverId, section: "projects", projectId, environmentId, serviceId }),
  service: (serviceId: string | null, tab?: Tab) =>
    set((view) => ({ serviceId, deploymentId: null, tab: tab ?? view.tab })),
  tab: (tab: Tab) => set({ tab }),
  deployment: (deploymentId: string | null) => set({ deploymentId }),
  open: (dialog: Dialog) => set({ dialog, jobsOpen: false }),
  closeDialog: () => set({ dialog: null }),
};
