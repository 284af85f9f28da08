import { isHarmless, type Dialog } from "./dialogs.ts";
import type { ProjectTab, Section, ServerTab, Tab } from "./pages.ts";

/** Where the window is: a page, what is chosen on it, and the dialog over it. How it looks is no part of that. */
export type Address = {
  serverId: string | null;
  section: Section;
  serverTab: ServerTab;
  projectId: string | null;
  /** Null: the one that was looked at last, else the first. */
  environmentId: string | null;
  projectTab: ProjectTab;
  serviceId: string | null;
  tab: Tab;
  /** Null: the newest. */
  deploymentId: string | null;
  dialog: Dialog | null;
};

const origin: Address = {
  serverId: null,
  section: "projects",
  serverTab: "overview",
  projectId: null,
  environmentId: null,
  projectTab: "services",
  serviceId: null,
  tab: "deployments",
  deploymentId: null,
  dialog: null,
};

/** The address of what is named; the rest as a window begins. */
export const addressOf = (place: Partial<Address> = {}): Address => ({ ...origin, ...place });

/** The part of something larger that says where. */
export const placeIn = (larger: Address): Address =>
  Object.fromEntries((Object.keys(origin) as (keyof Address)[]).map((key) => [key, larger[key]])) as Address;

/** As a link of somebody else may mean it: it goes somewhere, and opens nothing that acts or asks for a yes. */
export const fromOutside = (address: Address): Address =>
  address.dialog && !isHarmless(address.dialog) ? { ...address, dialog: null } : address;
