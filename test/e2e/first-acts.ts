import type { Act } from "./act.ts";
import { addService, createProject, drawerState } from "./story.ts";
import { yesToLoss } from "./loss-act.ts";
import { environmentActs } from "./environment-acts.ts";

/** From a project to services that are live. */
export const firstActs: Act[] = [
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
      await hands.push("Start");
      await drawerState(hands, "Live");
      await hands.palette("Stop");
      await drawerState(hands, "Stopped");
      await hands.push("Undo");
      await drawerState(hands, "Live");
      await hands.palette("Restart");
      await hands.see(/web restarted$/);
    },
  },
  { name: "create a service from an image", run: (hands) => addService(hands, { shape: "Web service", name: "cache", image: "redis:8", port: 6379, deploy: false }) },
  {
    name: "add a domain to a service without one",
    run: async (hands) => {
      await hands.palette("Add a domain");
      await hands.fill("Hostname", "https://shop.example.com/cache");
      await hands.push("Add the domain");
      await hands.see("The hostname shop.example.com already belongs to the service web.");
      await hands.fill("Hostname", "https://cache.example.com/x");
      await hands.push("Add the domain");
      await hands.unsee("dialog", /^Add a domain/);
      await hands.see("cache.example.com");
    },
  },
  yesToLoss,
  { name: "create a static site", run: (hands) => addService(hands, { shape: "Static site", name: "docs", repository: "https://git.example.com/shop/docs.git", folder: "dist", hostname: "docs.example.com" }) },
  { name: "create a worker from an image", run: (hands) => addService(hands, { shape: "Worker", name: "mailer", image: "registry.example.com/mailer:1", healthSeconds: 5, startCommand: "node worker.js" }) },
];
