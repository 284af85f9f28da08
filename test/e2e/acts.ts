import { environmentActs } from "./environment-acts.ts";
import type { Fixture } from "./fixture/fixture.ts";
import type { Hands } from "./hands.ts";
import { yesToLoss } from "./loss-act.ts";
import { downloadLog, measureLink, uploadVariables } from "./transfer-acts.ts";
import { addService, createProject, drawerState, typeName } from "./story.ts";

/** One thing that a person can do, done with the keys, and seen to have happened; `short` ones are a story without the others. */
export type Act = { name: string; short?: boolean; run: (hands: Hands, fixture: Fixture) => Promise<unknown> };

const card = (name: string, word = "") => new RegExp(`^${name}, .*${word}`);

/** In the order of a first day: each begins where the one before it ended. */
export const acts: Act[] = [
  {
    name: "install what this machine lacks, and add it",
    run: async (hands) => {
      await hands.push(/^This machine/);
      await hands.push("Install");
      await hands.push("Add this machine");
      await hands.seeRole("heading", "No project yet");
    },
  },
  {
    name: "add a server over SSH, accept its host key and give its password",
    short: true,
    run: async (hands) => {
      await hands.press("a");
      await hands.fill("Address", "deploy@203.0.113.20:2222", "combobox");
      await hands.choose("Sign in with", "Password");
      await hands.fill(/^Name/, "fra-1");
      await hands.push("Add the server");
      await hands.push("Trust and connect");
      await hands.fill("Password", "secret");
      await hands.push(/^Remember it/, "checkbox");
      await hands.push("Sign in");
      await hands.push(/^Open fra-1/);
      await hands.seeRole("heading", "No project yet");
    },
  },
  {
    name: "refuse a host key and read why it failed",
    run: async (hands) => {
      await hands.press("a");
      await hands.fill("Address", "root@198.51.100.9", "combobox");
      await hands.push("Add the server");
      await hands.seeRole("dialog", /^Trust/);
      await hands.press("Escape");
      await hands.see("HOST_KEY_REFUSED");
      await hands.push("Hide");
    },
  },
  {
    name: "uninstall the agent of a server, apps kept",
    run: async (hands) => {
      await hands.palette("Uninstall the agent");
      await hands.fill(/^Type/, "198.51.100.9");
      await hands.press("Enter");
      await hands.see("Its apps go on without an agent.");
      await hands.push("Close");
    },
  },
  {
    name: "forget a server",
    run: async (hands) => {
      await hands.palette("Forget the server");
      await hands.push(/^Forget/);
      await hands.unsee("dialog", /^Forget/);
    },
  },
  {
    name: "add a server that ~/.ssh/config knows",
    run: async (hands) => {
      await hands.press("a");
      await hands.fill("Address", "db-kn", "combobox");
      await hands.seeRole("option", /^db-known/);
      await hands.press("ArrowDown");
      await hands.press("Enter");
      await hands.see("From ~/.ssh/config: user root on known.example.com, port 2222.");
      await hands.push("Jump hosts and the program that connects");
      await hands.fill(/^Jump hosts/, "jump@bastion.example.com");
      await hands.push("Add the server");
      await hands.push(/^Open db-known/);
      await hands.seeRole("heading", "No project yet");
    },
  },
  {
    name: "read why a host key was refused, and forget the old one by its host's name",
    run: async (hands) => {
      await hands.press("a");
      await hands.fill("Address", "root@changed.example.com", "combobox");
      await hands.push("Add the server");
      await hands.see("changed.example.com shows another host key than before.");
      await hands.push(/^Forget the old key/);
      await hands.fill("Type changed.example.com to confirm", "changed.example.com");
      await hands.push("Forget the old key");
      await hands.push("Trust and connect");
      await hands.seeRole("button", /^changed\.example\.com · Ready/);
    },
  },
  {
    name: "switch between servers",
    run: async (hands) => {
      await hands.press("Alt+1");
      await hands.see("This machine");
      await hands.press("Alt+2");
      await hands.see("deploy@203.0.113.20:2222");
    },
  },
  {
    name: "rename a server",
    run: async (hands) => {
      await hands.palette("Rename the server");
      await hands.fill("Name", "frankfurt");
      await hands.press("Enter");
      await hands.seeRole("heading", "frankfurt");
    },
  },
  {
    name: "sort servers",
    run: async (hands) => {
      const tile = (place: number) => hands.page.getByRole("navigation", { name: "Servers" }).getByRole("button").nth(place);
      await hands.palette("Move the server up");
      await tile(0).filter({ hasText: "frankfurt" }).waitFor();
      await hands.press("Alt+1");
      await hands.seeRole("heading", "frankfurt");
      await hands.palette("Move the server down");
      await tile(1).filter({ hasText: "frankfurt" }).waitFor();
      await hands.press("Alt+2");
      await hands.seeRole("heading", "frankfurt");
    },
  },
  {
    name: "tag a server",
    run: async (hands) => {
      await hands.palette("Tags of the server");
      await hands.fill("Tags", "production, eu");
      await hands.press("Enter");
      await hands.see("production");
    },
  },
  {
    name: "invite a person, change the role and revoke the access",
    run: async (hands) => {
      await hands.palette("Show people");
      await hands.push("Invite a person");
      await hands.fill("Name", "Noor Haddad");
      await hands.choose("Role", /^Deployer/);
      await hands.fill("Public key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl noor@laptop");
      await hands.push("Invite");
      await hands.see(/Noor Haddad: the server .* is open to you as deployer/);
      await hands.push("Done");
      await hands.see("not yet here");
      await hands.push("Acts on Noor Haddad");
      await hands.press("ArrowDown", "Enter");
      await hands.choose("Role", /^Viewer/);
      await hands.push("Change the role");
      await hands.unsee("dialog", /^Change the role/);
      await hands.see("Viewer");
      await hands.push("Acts on Noor Haddad");
      await hands.seeRole("menuitem", /^Revoke/);
      await hands.page.locator('[role="menuitem"][data-highlighted]').waitFor();
      await hands.press("End");
      await hands.page.locator('[role="menuitem"][data-highlighted]', { hasText: "Revoke" }).waitFor();
      await hands.press("Enter");
      await hands.push("Revoke");
      await hands.seeRole("heading", "Nobody is invited");
      await hands.unsee("dialog", /^Revoke/);
      await hands.palette("Show projects");
    },
  },
  {
    name: "disconnect and connect again",
    run: async (hands) => {
      await hands.palette("Disconnect");
      await hands.push(/^(Reconnect now|Connect)$/);
      await hands.push("Trust and connect");
      await hands.fill("Password", "secret");
      await hands.press("Enter");
      await hands.seeRole("button", /^frankfurt · Ready/);
    },
  },
  { name: "create a project", short: true, run: (hands) => createProject(hands, "shop") },
  {
    name: "rename a project",
    short: true,
    run: async (hands) => {
      await hands.palette("Rename the project");
      await hands.fill("Name", "store");
      await hands.press("Enter");
      await hands.seeRole("heading", "store");
    },
  },
  ...environmentActs,
  {
    name: "create a service from Git and deploy it",
    short: true,
    run: async (hands) => {
      await addService(hands, { shape: "Web service", name: "web", repository: "https://git.example.com/shop/web.git", hostname: "shop.example.com", port: 3000, healthPath: "/health", variables: "MODE=test" });
    },
  },
  {
    name: "watch the deploy to its end, with its log",
    short: true,
    run: async (hands) => {
      await hands.page.getByRole("log", { name: "Build log" }).getByText("npm ci").first().waitFor();
      await drawerState(hands, "Live");
    },
  },
  {
    name: "stop, start and restart",
    short: true,
    run: async (hands) => {
      await hands.palette("Stop");
      await drawerState(hands, "Stopped");
      await hands.palette("Start");
      await drawerState(hands, "Live");
      await hands.palette("Restart");
      await hands.see(/web restarted$/);
    },
  },
  { name: "create a service from an image", run: (hands) => addService(hands, { shape: "Web service", name: "cache", image: "redis:8", port: 6379, deploy: false }) },
  yesToLoss,
  { name: "create a static site", run: (hands) => addService(hands, { shape: "Static site", name: "docs", repository: "https://git.example.com/shop/docs.git", folder: "dist", hostname: "docs.example.com" }) },
  { name: "create a worker from an image", run: (hands) => addService(hands, { shape: "Worker", name: "mailer", image: "registry.example.com/mailer:1", healthSeconds: 5, startCommand: "node worker.js" }) },
  {
    name: "filter the services",
    run: async (hands) => {
      await hands.press("Escape", "/");
      await hands.type("docs");
      await hands.unsee("button", card("web"));
      await hands.press("Escape", "Escape");
      await hands.seeRole("button", card("web"));
    },
  },
  { name: "open a service with the arrows", run: (hands) => hands.openCard("Services", card("web")) },
  {
    name: "open the site",
    run: async (hands) => {
      const [popup] = await Promise.all([hands.page.waitForEvent("popup"), hands.press("o")]);
      await popup.close();
    },
  },
  {
    name: "watch runtime logs, search them and copy what was found",
    run: async (hands) => {
      await hands.press("l");
      await hands.see("listening on 0.0.0.0:3000");
      await hands.fill(/^Search in/, "slow query");
      await hands.see("1 line");
      await hands.push("Copy the lines found");
      await hands.reach("textbox", /^Search in/);
      await hands.press("Escape", "Escape");
    },
  },
  downloadLog,
  {
    name: "open a terminal in its container, type, search, leave it and close it",
    run: async (hands) => {
      await hands.press("t");
      await hands.see(/^node@web/);
      await hands.type("hello");
      await hands.press("Enter");
      await hands.see("Hello from the shell");
      await hands.press("Control+Shift+F");
      await hands.type("Hello");
      await hands.press("Enter", "Escape", "Control+Shift+E");
      await hands.push("Close it and end what runs in it");
      await hands.see("No terminal is open");
    },
  },
  {
    name: "add a variable",
    short: true,
    run: async (hands) => {
      await hands.press("v");
      await hands.push("Add a variable");
      await hands.fill("Name", "GREETING");
      await hands.fill("Value", "hello");
      await hands.push("Add the variable");
      await hands.seeRole("button", "Reveal GREETING");
    },
  },
  {
    name: "reveal a variable",
    run: async (hands) => {
      await hands.push("Reveal GREETING");
      await hands.see("hello");
    },
  },
  {
    name: "edit a variable",
    run: async (hands) => {
      await hands.push("Edit GREETING");
      await hands.fill("Value", "goodbye");
      await hands.push("Save the variable");
      await hands.seeRole("button", /^(Reveal|Hide) GREETING/);
    },
  },
  {
    name: "paste a .env",
    run: async (hands) => {
      await hands.push("Paste .env");
      await hands.fill("Lines of NAME=value", "ONE=1");
      await hands.press("Enter");
      await hands.type("TWO=2");
      await hands.push("Set 2 variables");
      await hands.seeRole("button", "Reveal TWO");
    },
  },
  uploadVariables,
  {
    name: "remove a variable",
    run: async (hands) => {
      await hands.push("Remove TWO");
      await hands.push("Remove");
      await hands.unsee("button", "Reveal TWO");
    },
  },
  {
    name: "deploy what was changed",
    short: true,
    run: async (hands) => {
      await hands.seeRole("region", "Changes that wait");
      await hands.press("Escape", "Shift+Enter");
      await hands.unsee("region", "Changes that wait");
      await hands.seeRole("button", card("web", "Live"));
    },
  },
  {
    name: "change settings and hostname",
    run: async (hands) => {
      await hands.openCard("Services", card("web"));
      await hands.press("s");
      await hands.fill(/^Hostname/, "store.example.com");
      await hands.fill(/^Port/, "8080");
      await hands.fill(/^Repository/, "https://git.example.com/shop/broken.git");
      await hands.push("Save");
      await hands.unsee("button", "Discard");
      await hands.see("store.example.com");
    },
  },
  {
    name: "read why a deploy failed",
    run: async (hands) => {
      await hands.press("d");
      await hands.see(/^The build step RUN npm run build ended with exit code 2/);
      await hands.see("The release from before keeps serving.");
      await hands.push("Copy details");
    },
  },
  {
    name: "look at an earlier deployment",
    run: async (hands) => {
      await hands.push(/Say hello in another way.*Live/);
      await hands.press("Escape");
      await hands.see("BUILD_FAILED");
    },
  },
  {
    name: "see the jobs, and cancel a deploy there",
    run: async (hands, { tempo }) => {
      const { pace } = tempo;
      tempo.pace = 5000;
      await hands.press("d");
      await hands.push(/jobs? runs?$/);
      await hands.seeRole("dialog", "Jobs");
      await hands.push("Cancel");
      await hands.press("Escape");
      tempo.pace = pace;
      await drawerState(hands, "Live");
    },
  },
  {
    name: "resize the drawer and close it",
    run: async (hands) => {
      await hands.reach("separator", "Width of the drawer");
      await hands.press("ArrowLeft", "ArrowLeft", "Escape");
      await hands.unsee("complementary", "web");
    },
  },
  {
    name: "open a menu on a card and act from it",
    run: async (hands) => {
      await hands.press("Shift+F10");
      await hands.seeRole("menuitem", /^Show variables/);
      await hands.press("Escape");
      await hands.unsee("menuitem", /^Show variables/);
    },
  },
  {
    name: "delete a service",
    run: async (hands) => {
      await hands.openCard("Services", card("docs"));
      await hands.palette("Delete…");
      await hands.seeRole("list", "What goes");
      await typeName(hands, "docs", "Delete the service");
      await hands.unsee("button", card("docs"));
    },
  },
  {
    name: "run a second instance, and open a terminal in it",
    run: async (hands) => {
      await hands.openCard("Services", card("mailer"));
      await hands.press("s");
      await hands.fill(/^Instances/, "2");
      await hands.push("Save");
      await hands.unsee("button", "Discard");
      await hands.press("d");
      await hands.see(/2 instances$/);
      await hands.press("t");
      await hands.seeRole("tab", "Shell 1 · #1");
      await hands.press("Control+Shift+E");
      await hands.push("Open another terminal");
      await hands.seeRole("menuitem", "Instance 2");
      await hands.press("ArrowDown", "Enter");
      await hands.seeRole("tab", "Shell 2 · #2");
      for (const left of ["Shell 1 · #1", null]) {
        await hands.press("Control+Shift+E");
        await hands.push("Close it and end what runs in it");
        if (left === null) await hands.see("No terminal is open");
        else await hands.unsee("tab", "Shell 2 · #2");
      }
      await hands.press("Escape");
    },
  },
  {
    name: "choose a theme",
    run: async (hands) => {
      await hands.palette("Dark theme");
      await hands.page.locator("html[data-theme=dark]").waitFor();
      await hands.press("Control+,");
      await hands.choose("Theme", "Light");
      await hands.page.locator("html[data-theme=light]").waitFor();
    },
  },
  {
    name: "read the shortcuts",
    run: async (hands) => {
      await hands.press("Shift+?");
      await hands.seeRole("dialog", "Keyboard shortcuts");
      await hands.press("Escape");
      await hands.unsee("dialog", "Keyboard shortcuts");
    },
  },
  {
    name: "delete a project",
    short: true,
    run: async (hands) => {
      await hands.press("g");
      await hands.openCard("Projects", /^store/);
      await hands.palette("Delete the project");
      await typeName(hands, "store", "Delete the project");
      await hands.seeRole("heading", "No project yet");
    },
  },
  {
    name: "check the server, copy the report and check again",
    run: async (hands) => {
      await hands.palette("Check the server");
      await hands.see("All checks are fine");
      await hands.push(/^fine Docker version/);
      await hands.push("Copy report");
      await hands.seeRole("button", "Copied");
      await hands.push("Check again");
      await hands.see(/^\d+ checks · now/);
    },
  },
  measureLink,
  {
    name: "search the activity, open a line and save it as a table",
    run: async (hands) => {
      await hands.palette("Show the activity");
      await hands.see("Deleted the project store");
      await hands.press("/");
      await hands.type("created shop");
      await hands.unsee("button", /Deleted the project store/);
      // One stop for the whole list: along it with the arrows.
      await hands.push(/Created/);
      await hands.press("End");
      await hands.page.locator("button:focus", { hasText: "Created the project shop" }).waitFor();
      await hands.press("Enter");
      await hands.see("projects.create");
      await hands.choose("Outcome", "Failed");
      await hands.seeRole("heading", "No line matches");
      await hands.push("Show everything");
      await hands.see("Deleted the project store");
      await hands.push("Export");
      const [saved] = await Promise.all([hands.page.waitForEvent("download"), hands.press("Enter")]);
      if (!/^activity-.*\.csv$/.test(saved.suggestedFilename())) throw new Error(`Saved as ${saved.suggestedFilename()}`);
    },
  },
];
