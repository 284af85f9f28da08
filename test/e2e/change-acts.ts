import { readFile } from "node:fs/promises";
import { card, type Act } from "./act.ts";
import { drawerState, typeName } from "./story.ts";

/** What is changed, deployed, seen to fail, and deleted. */
export const changeActs: Act[] = [
  {
    name: "deploy what was changed",
    short: true,
    run: async (hands) => {
      await hands.seeRole("region", "Staged changes");
      await hands.press("Escape", "Shift+Enter");
      await hands.unsee("region", "Staged changes");
      await hands.seeRole("button", card("web", "Live(?! ·)"));
    },
  },
  {
    name: "look at the history of its variables",
    run: async (hands) => {
      await hands.openCard("Services", card("web"));
      await hands.press("v");
      await hands.push("History");
      await hands.see("made secret");
      await hands.press("Escape");
      await hands.unsee("complementary", "web");
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
      await hands.seeRole("button", "Take back the change of Port");
    },
  },
  {
    name: "review what is staged, take one back and again, deploy it and read why it failed",
    run: async (hands) => {
      await hands.press("r");
      await hands.seeRole("dialog", "Review 2 changes");
      await hands.push("Discard the change of Port");
      await hands.push("Undo");
      await hands.seeRole("dialog", "Review 2 changes");
      await hands.press("Shift+Enter");
      await hands.unsee("region", "Staged changes");
      await hands.reach("tab", "Settings");
      await hands.press("Home", "Enter");
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
    name: "deploy the commit of an earlier deployment again",
    run: async (hands) => {
      await hands.push(/^Acts on the deployment/);
      await hands.seeRole("menuitem", /^Redeploy/);
      await hands.press("End", "Enter");
      await hands.see(/redeploy/);
      await hands.see("BUILD_FAILED");
    },
  },
  {
    name: "pin a release, compare it with what is live, and roll back to it",
    run: async (hands) => {
      const oldest = await hands.page.getByRole("button", { name: /^Acts on the deployment/ }).last().getAttribute("aria-label");
      await hands.push(oldest!);
      await hands.seeRole("menuitem", "Pin");
      await hands.press("End", "ArrowUp", "Enter");
      await hands.see("Pinned");
      await hands.palette("Compare releases");
      await hands.seeRole("list", "What changes");
      await hands.press("Escape");
      await hands.unsee("dialog", /^Compare releases of/);
      await hands.push(oldest!);
      await hands.seeRole("menuitem", "Unpin");
      await hands.press("End", "ArrowUp", "ArrowUp", "ArrowUp", "Enter");
      await hands.seeRole("list", "What changes");
      await hands.push("Roll back");
      await hands.see(/^Rollback to /);
      await drawerState(hands, "Live");
    },
  },
  {
    name: "run a command once, see how it ended, and cancel another",
    run: async (hands) => {
      await hands.palette("Run a command");
      await hands.fill("Command", "npm run exit 3", "combobox");
      await hands.press("Enter");
      await hands.seeRole("dialog", /^Command in/);
      await hands.see("Failed with code 3");
      await hands.see("Error: no such table: orders");
      const [log] = await Promise.all([hands.page.waitForEvent("download"), hands.push("Download the whole log")]);
      if (log.suggestedFilename() !== "command.log" || !/Ended with exit code 3/.test(await readFile(await log.path(), "utf8"))) throw new Error(`${log.suggestedFilename()} is not the log of the command`);
      await hands.push("Run another");
      await hands.fill("Command", "npm run sleep", "combobox");
      await hands.press("Enter");
      await hands.see("Running");
      await hands.push("Cancel the command");
      await hands.see("Cancelled");
      await hands.press("Escape");
      await hands.seeRole("region", "Commands");
      await hands.see(/Failed with code 3/);
    },
  },
  {
    name: "see the jobs, and cancel a deploy there",
    run: async (hands, { tempo }) => {
      const { pace } = tempo;
      tempo.pace = 5000;
      await hands.press("Shift+D");
      await hands.push(/jobs? runs?$/);
      await hands.seeRole("dialog", "Jobs");
      await hands.push("Cancel");
      await hands.press("Escape");
      tempo.pace = pace;
      await drawerState(hands, "Live");
      // What has ended stays in reach.
      await hands.push("No job runs");
      await hands.seeRole("dialog", "Jobs");
      await hands.press("Escape");
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
      await hands.press("Shift+Enter");
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
];
