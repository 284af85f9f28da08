import type { Page } from "playwright-core";
import type { Remembered } from "./browser.ts";
import { idOf } from "./fixture/ids.ts";
import type { DataSet, Depth } from "./fixture/sets.ts";

/** One screen of the window: where it begins and what opens it. */
export type Screen = {
  name: string;
  /** Where the emptiness of "none" begins for it. */
  empty: Depth;
  remembered: Remembered;
  open?: (page: Page) => Promise<unknown>;
  /** Data sets in which the screen cannot be reached. */
  not?: DataSet[];
  /** With "loading": not even the list of servers comes. */
  silent?: boolean;
  /** Docker has told of nothing lately. */
  unseen?: boolean;
};

const projectId = idOf("project", 1, 1);
const at = (fields: Remembered, server = 1): Remembered => ({
  serverId: idOf("server", server),
  section: "projects",
  projectId: null,
  serviceId: null,
  ...fields,
});
const inProject = at({ projectId });
const drawer = (service: number, tab: NonNullable<Remembered["tab"]>) => at({ projectId, serviceId: idOf("service", 1, 1, service), tab });
const press = (...keys: string[]) => async (page: Page) => {
  for (const key of keys) await page.keyboard.press(key);
};

const palette = (words: string) => async (page: Page) => {
  await page.keyboard.press("Control+k");
  await page.keyboard.type(words);
  await page.getByRole("option", { name: new RegExp(words, "i") }).first().waitFor();
  await page.keyboard.press("Enter");
};

async function uninstalling(page: Page): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.keyboard.type("Uninstall");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: /^Uninstall/ }).waitFor();
}

async function environments(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Environment / }).click();
  await page.getByRole("menuitem", { name: "New environment" }).waitFor();
}

async function reviewing(page: Page): Promise<void> {
  await page.getByRole("region", { name: "Staged changes", exact: true }).waitFor();
  await page.keyboard.press("r");
  await page.getByRole("dialog", { name: /^Review/ }).waitFor();
}

async function files(page: Page): Promise<void> {
  await page.getByRole("list", { name: "Volumes" }).waitFor();
  const button = page.getByRole("button", { name: /^Files of/ }).first();
  // Who may only look has no way in.
  if ((await button.count()) === 0) return;
  await button.click();
  await page.getByRole("list", { name: "Files" }).waitFor();
}

async function running(page: Page): Promise<void> {
  await palette("Run a command")(page);
  await page.getByRole("combobox", { name: "Command" }).fill("npm run exit 3");
  await page.keyboard.press("Enter");
  await page.getByRole("status").getByText("Failed with code 3").waitFor();
}

async function losing(page: Page): Promise<void> {
  await page.keyboard.press("Shift+D");
  await page.getByRole("list", { name: "What goes" }).waitFor();
}

export const screens: Screen[] = [
  { name: "servers", empty: "servers", remembered: at({}, 3), silent: true },
  { name: "preparing", empty: "servers", remembered: at({}, 5), not: ["none", "some", "many", "long", "loading"] },
  { name: "add server", empty: "servers", remembered: at({}), open: press("a") },
  { name: "server", empty: "projects", remembered: at({ section: "server" }) },
  { name: "uninstall", empty: "projects", remembered: at({ section: "server" }), open: uninstalling },
  { name: "upgrade undone", empty: "projects", remembered: at({ section: "server" }, 2), not: ["none", "many", "long", "loading", "away"] },
  { name: "terminal", empty: "projects", remembered: at({ section: "terminal" }) },
  { name: "doctor", empty: "projects", remembered: at({ section: "server", serverTab: "doctor" }) },
  { name: "activity", empty: "projects", remembered: at({ section: "activity" }) },
  { name: "line of activity", empty: "projects", remembered: at({ section: "activity" }), open: (page) => page.getByRole("button", { name: /^failed Could not deploy/ }).first().click(), not: ["none", "long", "loading", "away"] },
  { name: "transfers", empty: "projects", remembered: at({}), open: (page) => page.getByRole("button", { name: /transfers? run/ }).click(), not: ["none", "some", "loading", "away"] },
  { name: "projects", empty: "projects", remembered: at({}) },
  { name: "new project", empty: "projects", remembered: at({}), open: press("p") },
  { name: "change sign-in", empty: "projects", remembered: at({}), open: palette("Change the sign-in"), not: ["loading"] },
  { name: "first service", empty: "projects", remembered: at({}), open: palette("New service in a new project"), not: ["loading", "away"] },
  { name: "add domain", empty: "service", remembered: drawer(5, "deployments"), open: palette("Add a domain"), not: ["none", "many", "loading", "away"] },
  { name: "project", empty: "services", remembered: inProject },
  { name: "review of staged changes", empty: "services", remembered: inProject, open: reviewing, not: ["none", "loading", "away"] },
  { name: "discarding staged changes", empty: "services", remembered: inProject, open: palette("Discard all staged"), not: ["none", "loading", "away"] },
  { name: "environments of a project", empty: "services", remembered: inProject, open: environments, not: ["loading"] },
  { name: "new environment", empty: "services", remembered: inProject, open: palette("New environment"), not: ["loading", "away"] },
  { name: "deletion of an environment", empty: "services", remembered: inProject, open: palette("Delete the environment"), not: ["none", "loading", "away"] },
  { name: "shared variables", empty: "services", remembered: at({ projectId, projectTab: "shared" }) },
  { name: "new service", empty: "services", remembered: inProject, open: press("c"), not: ["loading"] },
  { name: "deployments", empty: "service", remembered: drawer(1, "deployments") },
  { name: "deploying", empty: "service", remembered: drawer(2, "deployments"), not: ["none", "loading"] },
  { name: "failed deployment", empty: "service", remembered: drawer(6, "deployments"), not: ["none", "loading"] },
  { name: "roll back", empty: "service", remembered: drawer(1, "deployments"), open: palette("Roll back"), not: ["none", "many", "loading", "away"] },
  { name: "compare releases", empty: "service", remembered: drawer(1, "deployments"), open: palette("Compare releases"), not: ["none", "many", "loading", "away"] },
  { name: "run a command", empty: "service", remembered: drawer(1, "deployments"), open: palette("Run a command"), not: ["none", "many", "loading", "away"] },
  { name: "command that failed", empty: "service", remembered: drawer(1, "deployments"), open: running, not: ["none", "many", "loading", "away"] },
  { name: "variables", empty: "service", remembered: drawer(1, "variables") },
  { name: "logs", empty: "service", remembered: drawer(1, "logs") },
  { name: "container terminal", empty: "service", remembered: drawer(1, "terminal") },
  { name: "data that would go", empty: "service", remembered: drawer(5, "deployments"), open: losing, not: ["none", "many", "loading", "away"] },
  { name: "crash loop", empty: "service", remembered: drawer(3, "logs"), not: ["none", "loading"] },
  { name: "services not seen", empty: "services", remembered: inProject, unseen: true, not: ["none", "loading"] },
  { name: "projects not seen", empty: "projects", remembered: at({}), unseen: true, not: ["none", "loading"] },
  { name: "service not seen", empty: "service", remembered: drawer(1, "deployments"), unseen: true, open: (page) => page.getByRole("region", { name: "Not seen" }).waitFor(), not: ["none", "loading"] },
  { name: "service not seen yet", empty: "service", remembered: drawer(3, "deployments"), unseen: true, open: (page) => page.getByRole("region", { name: "Not seen" }).waitFor(), not: ["none", "loading"] },
  { name: "no volumes", empty: "service", remembered: drawer(1, "volumes"), not: ["some", "many", "loading", "away"] },
  { name: "volumes", empty: "service", remembered: drawer(2, "volumes"), not: ["none"] },
  { name: "data that is not kept", empty: "service", remembered: drawer(5, "volumes"), not: ["none", "many", "loading", "away"] },
  { name: "files of a volume", empty: "service", remembered: drawer(2, "volumes"), open: files, not: ["none", "loading", "away"] },
  { name: "volumes of an environment", empty: "services", remembered: at({ projectId, projectTab: "volumes" }) },
  { name: "service settings", empty: "service", remembered: drawer(1, "settings") },
  { name: "site settings", empty: "service", remembered: drawer(4, "settings"), not: ["none", "loading"] },
  { name: "settings", empty: "servers", remembered: at({ section: "settings" }) },
  { name: "people", empty: "projects", remembered: at({ section: "people" }) },
  { name: "invite", empty: "projects", remembered: at({ section: "people" }), open: palette("Invite a person"), not: ["loading"] },
  { name: "invited", empty: "projects", remembered: at({ section: "people" }, 5), not: ["none", "many", "long", "loading", "away"] },
  { name: "server tags", empty: "projects", remembered: at({}), open: palette("tags of the server"), not: ["loading"] },
  { name: "proxies in front", empty: "projects", remembered: at({ section: "server" }), open: palette("Proxies in front"), not: ["loading", "away"] },
  { name: "cleanup", empty: "projects", remembered: at({ section: "server" }), open: palette("Clean up the server"), not: ["loading", "away"] },
  { name: "storage budgets", empty: "projects", remembered: at({ section: "server" }), open: palette("Storage budgets"), not: ["loading", "away", "long", "many"] },
  { name: "sealed file", empty: "servers", remembered: at({ section: "settings" }), open: (page) => page.getByRole("button", { name: /sealed file…/ }).click(), not: ["loading"] },
  { name: "search", empty: "services", remembered: inProject, open: async (page) => (await press("Control+k")(page), await page.keyboard.type("e")), not: ["loading"] },
  { name: "palette", empty: "services", remembered: inProject, open: press("Control+k") },
  { name: "shortcuts", empty: "services", remembered: inProject, open: press("Shift+?") },
];

export const sizes = [
  { width: 960, height: 640 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
export const themes = ["light", "dark"] as const;
