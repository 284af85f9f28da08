import type { Hands } from "./hands.ts";

/** What a person does again and again, in their words; every act is done with the keys. */
export async function createProject(hands: Hands, name: string): Promise<void> {
  await hands.press("p");
  await hands.fill("Name", name);
  await hands.press("Enter");
  await hands.seeRole("heading", name);
  await hands.unsee("dialog", "New project");
}

export type NewService = {
  shape: "Web service" | "Static site" | "Worker";
  name: string;
  repository?: string;
  image?: string;
  hostname?: string;
  folder?: string;
  /** Left to the image where it is not said. */
  port?: number;
  healthPath?: string;
  startCommand?: string;
  /** For a worker: how long it must stay up. */
  healthSeconds?: number;
  drainSeconds?: number;
  variables?: string;
  deploy?: boolean;
};

export async function addService(hands: Hands, service: NewService): Promise<void> {
  await hands.press("c");
  await hands.seeRole("dialog", /^Add a service to/);
  await hands.choose("What it is", new RegExp(`^${service.shape}`));
  if (service.image) await hands.choose("Made from", "Docker image");
  if (service.repository) await hands.fill("Repository", service.repository);
  if (service.image) await hands.fill("Image", service.image);
  if (service.folder) await hands.fill(/^Folder to serve/, service.folder);
  await hands.fill("Name", service.name);
  if (service.hostname) await hands.fill(/^Hostname/, service.hostname);
  const { port, healthPath, startCommand, healthSeconds, drainSeconds, variables } = service;
  if ([port, healthPath, startCommand, healthSeconds, drainSeconds, variables].some((more) => more !== undefined)) {
    await openMore(hands);
    if (port) await hands.fill(/^Port/, String(port));
    if (healthPath) await hands.fill(/^Health path/, healthPath);
    if (startCommand) await hands.fill(/^Start command/, startCommand);
    if (healthSeconds) await hands.fill(/^Time (to become|it must)/, String(healthSeconds));
    if (drainSeconds !== undefined) await hands.fill(/^Time to finish/, String(drainSeconds));
    if (variables) await hands.fill(/^Variables/, variables);
  }
  await hands.push(service.deploy === false ? "Add only" : "Add and deploy");
  await hands.unsee("dialog", /^Add a service to/);
  await hands.seeRole("complementary", service.name);
}

async function openMore(hands: Hands): Promise<void> {
  const summary = hands.page.locator("summary");
  for (let tabs = 0; tabs < 60; tabs += 1) {
    if (await summary.evaluate((element) => element === document.activeElement)) break;
    await hands.press("Tab");
  }
  await hands.press("Enter");
}

/** The drawer's word for how the service stands; "Live" is said alone when no deployment runs any more. */
export const drawerState = (hands: Hands, word: string | RegExp, timeout = 120_000) =>
  hands.page.locator("aside header").getByText(word, { exact: true }).first().waitFor({ timeout });

export async function typeName(hands: Hands, name: string, word: string): Promise<void> {
  await hands.fill(`Type ${name} to confirm`, name);
  await hands.push(word);
}
