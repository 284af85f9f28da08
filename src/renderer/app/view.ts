import { create } from "zustand";

/** What is looked at, and how: nothing that a server said is ever kept here. */
export type Tab = "deployments" | "variables" | "logs" | "terminal" | "settings";
export type Section = "projects" | "people" | "activity" | "server" | "terminal" | "settings";
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
const kept: (keyof View)[] = ["serverId", "section", "serverTab", "projectId", "serviceId", "tab", "sideOpen", "drawerWidth", "theme"];

const first: View = {
  serverId: null,
  section: "projects",
  serverTab: "overview",
  projectId: null,
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

export const go = {
  server: (serverId: string | null) =>
    set({ serverId, section: "projects", projectId: null, serviceId: null, deploymentId: null, filter: "" }),
  section: (section: Section) => set({ section, projectId: null, serviceId: null, deploymentId: null, filter: "" }),
  doctor: () => set({ section: "server", serverTab: "doctor", projectId: null, serviceId: null, deploymentId: null, filter: "" }),
  project: (projectId: string) =>
    set({ section: "projects", projectId, serviceId: null, deploymentId: null, filter: "" }),
  /** A project or a service of any server. */
  place: ({ serverId, projectId, serviceId }: { serverId: string; projectId: string; serviceId: string | null }) =>
    set({ serverId, section: "projects", projectId, serviceId, deploymentId: null, filter: "" }),
  service: (serviceId: string | null, tab?: Tab) =>
    set((view) => ({ serviceId, deploymentId: null, tab: tab ?? view.tab })),
  tab: (tab: Tab) => set({ tab }),
  deployment: (deploymentId: string | null) => set({ deploymentId }),
  open: (dialog: Dialog) => set({ dialog, jobsOpen: false }),
  closeDialog: () => set({ dialog: null }),
};
