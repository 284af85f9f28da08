// Everything that a person can do in the window, each act by keys alone; an act that keys cannot do never ends well.
import type { Hands } from "../e2e/hands.ts";
import { addService, createProject, drawerState, typeName } from "../e2e/story.ts";

export type Act = { name: string; run: (hands: Hands) => Promise<unknown> };

/** From no server at all. */
export const firstActs: Act[] = [
  {
    name: "see what this machine lacks, and install it",
    async run(hands) {
      await hands.push(/^This machine/);
      await hands.seeRole("list", "What this machine needs");
      await hands.push("Install");
      await hands.push("Add this machine");
      await hands.seeRole("heading", "No project yet");
    },
  },
  {
    name: "forget a server",
    async run(hands) {
      await hands.palette("Forget the server");
      await hands.push("Forget the server");
      await hands.seeRole("heading", "Add the first server");
    },
  },
];

/** On a server with the projects of the pictures. */
export const acts: Act[] = [
  {
    name: "add a server: answer its host key and its password",
    async run(hands) {
      await hands.press("a");
      await hands.fill("Address", "root@198.51.100.7:2222");
      await hands.choose("Sign in with", "Password");
      await hands.fill(/^Name/, "box");
      await hands.press("Enter");
      await hands.seeRole("dialog", "Trust 198.51.100.7?");
      await hands.push("Trust and connect");
      await hands.seeRole("dialog", "Sign in to box");
      await hands.fill("Password", "right");
      await hands.reach("checkbox", /^Remember/);
      await hands.press("Space", "Enter");
      await hands.push("Open box");
      await hands.seeRole("heading", "box");
    },
  },
  {
    name: "see why a server cannot be reached, and correct its address",
    async run(hands) {
      await hands.press("a");
      await hands.fill("Address", "root@unknown.example.com");
      await hands.press("Enter");
      await hands.see("ADDRESS_UNKNOWN");
      await hands.push("Change the address");
      await hands.reach("textbox", "Address");
      await hands.press("Escape");
      await hands.unsee("dialog", "Add a server");
    },
  },
  {
    name: "disconnect a server, and connect it again",
    async run(hands) {
      await hands.palette("Disconnect");
      await hands.push("Connect");
      await hands.push("Trust and connect");
      await hands.fill("Password", "right");
      await hands.press("Enter");
      await hands.unsee("button", "Connect");
    },
  },
  {
    name: "rename a server",
    async run(hands) {
      await hands.palette("Rename the server");
      await hands.fill("Name", "other box");
      await hands.press("Enter");
      await hands.unsee("dialog", /^Rename/);
    },
  },
  { name: "go to a server by its number", run: (hands) => hands.press("Alt+1").then(() => hands.seeRole("heading", "fra-1")) },
  { name: "see the server's page", run: (hands) => hands.push("Server").then(() => hands.see("Docker")) },
  { name: "go back to the projects", run: (hands) => hands.press("g").then(() => hands.seeRole("list", "Projects")) },
  { name: "create a project", run: (hands) => createProject(hands, "made") },
  {
    name: "rename a project",
    async run(hands) {
      await hands.palette("Rename the project");
      await hands.fill("Name", "made anew");
      await hands.press("Enter");
      await hands.seeRole("heading", "made anew");
    },
  },
  ...(
    [
      { kind: "Git repository", name: "app", repository: "https://git.example.com/me/app.git", hostname: "app.example.com", port: 3000, healthPath: "/health", variables: "A=1" },
      { kind: "Docker image", name: "pot", image: "nginx:1.29", hostname: "pot.example.com" },
      { kind: "Static site", name: "site", repository: "https://git.example.com/me/site.git", folder: "dist", hostname: "site.example.com" },
      { kind: "Worker", name: "mill", image: "busybox:1", startCommand: "sleep 9999" },
    ] as const
  ).map((service): Act => ({
    name: `add and deploy a service: ${service.kind}`,
    run: (hands) => addService(hands, service).then(() => drawerState(hands, "Live")).then(() => hands.press("Escape")),
  })),
  {
    name: "walk along the cards and open one",
    run: (hands) => hands.openCard("Services", /^app,/).then(() => hands.seeRole("complementary", "app")),
  },
  { name: "resize the drawer", run: (hands) => hands.reach("separator", "Width of the drawer").then(() => hands.press("ArrowLeft", "ArrowLeft", "ArrowRight")) },
  { name: "read the settings", run: (hands) => hands.press("s").then(() => hands.reach("textbox", "Branch")).then(() => hands.press("Escape")) },
  {
    name: "correct a refused setting and save it",
    async run(hands) {
      await hands.fill("Branch", "-bad");
      await hands.press("Enter");
      await hands.see("Not a valid branch name");
      await hands.fill("Branch", "next");
      await hands.push("Save");
      await hands.unsee("button", "Save");
    },
  },
  { name: "deploy what has changed", run: (hands) => hands.press("Shift+Enter").then(() => hands.unsee("region", "Changes that wait")).then(() => drawerState(hands, "Live")) },
  {
    name: "deploy and cancel",
    async run(hands) {
      await hands.openCard("Services", /^app,/);
      await hands.press("d");
      await hands.push("Cancel");
      await hands.seeRole("button", "Deploy");
    },
  },
  {
    name: "look at an earlier deployment",
    async run(hands) {
      const list = hands.page.getByRole("region", { name: "All deployments" });
      for (let tabs = 0; tabs < 40 && !(await list.evaluate((box) => box.contains(document.activeElement))); tabs += 1) await hands.press("Tab");
      await hands.press("Tab", "Enter");
      await hands.page.locator('[aria-current="true"]:focus').waitFor();
    },
  },
  {
    name: "search in the build log and copy what is found",
    async run(hands) {
      await hands.fill("Search in build log", "npm");
      await hands.push("Copy the lines found");
    },
  },
  { name: "watch the logs", run: (hands) => hands.press("l").then(() => hands.see(/listening/)) },
  {
    name: "add a variable",
    async run(hands) {
      await hands.press("v");
      await hands.push("Add a variable");
      await hands.fill("Name", "GREETING");
      await hands.fill("Value", "hello");
      await hands.push("Add the variable");
      await hands.seeRole("button", "Reveal GREETING");
    },
  },
  { name: "reveal and hide a variable", run: (hands) => hands.push("Reveal GREETING").then(() => hands.see("hello")).then(() => hands.push("Hide GREETING")) },
  {
    name: "edit a variable",
    async run(hands) {
      await hands.push("Edit GREETING");
      await hands.fill("Value", "hello again");
      await hands.push("Save the variable");
    },
  },
  {
    name: "paste a .env",
    async run(hands) {
      await hands.push("Paste .env");
      await hands.fill("Lines of NAME=value", "ONE=1");
      await hands.push("Set 1 variable");
      await hands.seeRole("button", "Edit ONE");
    },
  },
  { name: "remove a variable", run: (hands) => hands.push("Remove ONE").then(() => hands.push("Remove")).then(() => hands.unsee("button", "Edit ONE")) },
  { name: "stop a service from its menu", run: (hands) => hands.push("More acts").then(() => chooseItem(hands, "Stop")).then(() => drawerState(hands, "Stopped")) },
  { name: "start it from the palette", run: (hands) => hands.palette("Start").then(() => drawerState(hands, "Live")) },
  { name: "restart it from its settings", run: (hands) => hands.press("s").then(() => hands.push("Restart")).then(() => hands.see(/app restarted$/)) },
  {
    name: "delete a service",
    async run(hands) {
      await hands.push("Delete…");
      await typeName(hands, "app", "Delete the service");
      await hands.unsee("complementary", "app");
    },
  },
  {
    name: "filter the services",
    async run(hands) {
      await hands.press("/");
      await hands.type("pot");
      await hands.see("1 of 3");
      await hands.press("Escape", "Escape");
    },
  },
  { name: "open the acts of a card by the menu key", run: (hands) => hands.openCard("Services", /^pot,/).then(() => hands.press("Escape", "Shift+F10")).then(() => chooseItem(hands, "Show logs")) },
  {
    name: "delete a project",
    async run(hands) {
      await hands.palette("Delete the project");
      await typeName(hands, "made anew", "Delete the project");
      await hands.unsee("button", /^made anew/);
    },
  },
  { name: "see every shortcut", run: (hands) => hands.press("Shift+?").then(() => hands.seeRole("dialog", "Keyboard shortcuts")).then(() => hands.press("Escape")) },
  { name: "choose a theme", run: (hands) => hands.press("Control+,").then(() => hands.choose("Theme", "Dark")).then(() => hands.page.locator('html[data-theme="dark"]').waitFor()) },
];

/** An item of the open menu, along it with the arrows. */
async function chooseItem(hands: Hands, name: string): Promise<void> {
  const item = hands.page.getByRole("menuitem", { name, exact: false }).first();
  await item.waitFor();
  for (let steps = 0; steps < 20; steps += 1) {
    if (await item.evaluate((element) => element.hasAttribute("data-highlighted"))) return hands.press("Enter");
    await hands.press("ArrowDown");
  }
  throw new Error(`Arrows never reach ${name} in the menu`);
}
