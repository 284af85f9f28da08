import type { Act } from "./act.ts";

/** In a project without services. */
export const environmentActs: Act[] = [
  {
    name: "create an environment, switch with a key, rename it and delete it",
    run: async (hands) => {
      await hands.palette("New environment");
      await hands.fill("Name", "staging");
      await hands.press("Enter");
      await hands.seeRole("button", "Environment staging");
      await hands.press("e");
      await hands.seeRole("button", "Environment production");
      await hands.push("Environment production");
      await hands.page.locator('[role="menuitem"][data-highlighted]', { hasText: "production" }).waitFor();
      await hands.press("ArrowDown");
      await hands.page.locator('[role="menuitem"][data-highlighted]', { hasText: "staging" }).waitFor();
      await hands.press("Enter");
      await hands.seeRole("button", "Environment staging");
      await hands.palette("Rename the environment");
      await hands.fill("Name", "next");
      await hands.press("Enter");
      await hands.seeRole("button", "Environment next");
      await hands.palette("Delete the environment");
      // Nothing is in it: a click is enough.
      await hands.push("Delete the environment");
      await hands.seeRole("button", "Environment production");
      await hands.see(/next deleted$/);
    },
  },
  {
    name: "share a variable",
    run: async (hands) => {
      await hands.palette("Show shared variables");
      await hands.push("Add a variable");
      await hands.fill("Name", "REGION");
      await hands.fill("Value", "fra");
      await hands.push("Add the variable");
      await hands.seeRole("button", "Reveal REGION");
      await hands.palette("Show services");
      await hands.seeRole("heading", "No service yet");
    },
  },
];
