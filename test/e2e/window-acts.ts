import type { Act } from "./act.ts";
import { typeName } from "./story.ts";
import { followLink, goBack } from "./address-acts.ts";
import { measureLink, updateParts } from "./transfer-acts.ts";

/** The window itself, and what is known of a server. */
export const windowActs: Act[] = [
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
  goBack,
  followLink,
  {
    name: "sort and filter the projects",
    run: async (hands) => {
      await hands.press("g");
      await hands.choose("Sort by", "Name");
      await hands.press("/");
      await hands.type("nothing");
      await hands.seeRole("heading", "No project matches “nothing”");
      await hands.press("Escape", "Escape");
      await hands.seeRole("button", /^store/);
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
  updateParts,
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
