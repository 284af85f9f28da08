import type { Act } from "./act.ts";
import { addService, drawerState } from "./story.ts";

/** A service whose image keeps data: each act that takes it along asks first. */
export const yesToLoss: Act = {
  name: "say yes to the data that goes with a deploy and a stop, and leave it at first",
  short: true,
  run: async (hands) => {
    await addService(hands, { shape: "Web service", name: "keeper", image: "registry.example.com/keeper:1", port: 7700 });
    await drawerState(hands, "Live");
    await hands.press("Shift+D");
    await hands.seeRole("dialog", "Deploy keeper");
    // A key of what is behind it does nothing, and one step back leaves all as it was.
    await hands.press("v", "Escape");
    await hands.unsee("dialog", "Deploy keeper");
    await hands.page.getByRole("tab", { name: "Deployments", selected: true }).waitFor();
    await hands.press("Shift+D");
    for (const path of ["/data", "/var/lib/a, b"]) await hands.page.getByRole("listitem").filter({ hasText: new RegExp(`^The data in ${path}$`) }).waitFor();
    await hands.push("Delete data and deploy");
    await hands.unsee("dialog", "Deploy keeper");
    await drawerState(hands, "Live");
    await hands.palette("Stop");
    await hands.push("Delete data and stop");
    await drawerState(hands, "Stopped");
    await hands.press("Escape");
    await hands.openCard("Services", /^web, /);
  },
};
