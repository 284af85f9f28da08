import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describe, fail } from "@aeroplane/agent/contract";
import { launchBrowser, openWindow, type Remembered } from "./browser.ts";
import { card } from "./act.ts";
import type { Agent } from "./fixture/agent.ts";
import { procedureOf } from "./fixture/answers.ts";
import { idOf } from "./fixture/ids.ts";
import { serveFixture } from "./fixture/serve.ts";
import { stageAs } from "./fixture/staged.ts";
import { buildWindow } from "./fixture/window.ts";
import { createHands, type Hands } from "./hands.ts";
import { settled } from "./settled.ts";

let browser: Browser;
let window: Awaited<ReturnType<typeof buildWindow>>;
beforeAll(async () => {
  [window, browser] = [await buildWindow(), await launchBrowser()];
}, 300_000);
afterAll(async () => {
  await browser?.close();
});

const serverId = idOf("server", 1);
const projectId = idOf("project", 1, 1);
const scope = { environmentId: idOf("environment", 1, 1, 0), serviceId: idOf("service", 1, 1, 1) };
const project: Remembered = { serverId, section: "projects", projectId };
const onTab = (tab: NonNullable<Remembered["tab"]>): Remembered => ({ ...project, serviceId: scope.serviceId, tab });

/** The set begins with some of others. */
const unstage = (agent: Agent) => {
  agent.staged.clear();
  for (const { id } of agent.services.values()) agent.changeService(id, { stagedCount: 0 });
};

const port = async (hands: Hands, value: string) => {
  await hands.press("s");
  await hands.fill(/^Port/, value);
  await hands.push("Save");
  await hands.unsee("button", "Save");
};

test("a variable and a setting are staged, reviewed, taken back and deployed, and another window sees the same", async () => {
  const { host, agents } = await serveFixture(window.folder, { data: "some", pace: 1 });
  const agent = agents.get(serverId)!;
  unstage(agent);
  const [mine, other] = [await openWindow(browser, host.url, { remembered: onTab("variables") }), await openWindow(browser, host.url, { remembered: project })];
  const web = () => agent.services.get(scope.serviceId)!;
  const waits = (count: string, hands: Hands) => hands.page.getByRole("region", { name: "Staged changes", exact: true }).getByText(count).first().waitFor();
  try {
    await settled(mine.page);
    const [hands, theirs] = [createHands(mine.page), createHands(other.page)];
    await hands.push("Add a variable");
    await hands.fill("Name", "GREETING");
    await hands.fill("Value", "hello");
    await hands.push("Add the variable");
    await hands.see("Staged: new");
    await hands.unsee("form", "New variable");
    await port(hands, "8080");
    // Beside the field, and nothing of it is wanted.
    await hands.seeRole("button", "Take back the change of Port");
    expect([agent.variables.get(scope.serviceId)!.has("GREETING"), web().config.port]).toEqual([false, 3000]);
    await waits("2 changes staged", theirs);
    await theirs.seeRole("button", card("web", "2 staged"));

    stageAs(agent, "grace", scope, [{ aspect: "setting", name: "replicas", value: 2 }]);
    await waits("3 staged", hands);
    await hands.press("Escape", "r");
    await hands.seeRole("dialog", "Review 3 changes");
    await hands.see("grace");
    const row = (name: string) => mine.page.getByRole("dialog").getByRole("listitem").filter({ hasText: name });
    expect(await row("Port").innerText()).toMatch(/3000[\s\S]*8080/);
    await hands.push("Reveal GREETING");
    await hands.see("hello");
    await hands.push("Discard the change of Port");
    await hands.seeRole("dialog", "Review 2 changes");
    await hands.push("Undo");
    await hands.seeRole("dialog", "Review 3 changes");
    await hands.push("Discard the change of Port");
    await hands.seeRole("button", "Undo");
    await waits("2 changes staged", theirs);

    // What another person edits after the review is not what was reviewed: it is said, and shown.
    await theirs.press("r");
    await theirs.seeRole("dialog", "Review 2 changes");
    const { push } = agent.changes;
    agent.changes.push = () => {};
    stageAs(agent, "grace", scope, [{ aspect: "variable", name: "GREETING", value: "good day" }]);
    await theirs.press("Shift+Enter");
    await theirs.see("GREETING of web is not what was reviewed: grace changed it.");
    agent.changes.push = push;
    expect(web().lastDeployment?.endedAt).not.toBe(null);
    await theirs.see("just now");
    agent.changeService(scope.serviceId, { warnings: [describe("IMAGE_HAS_VOLUMES", { reference: "web:1", paths: ["/data"] })] });
    await theirs.press("Shift+Enter");
    await theirs.see("The data in /data");
    await theirs.push("Delete data and deploy");
    // The question hides what lies below it from whoever asks for roles, until it has gone.
    await expect.poll(() => agent.staged.size, { timeout: 20_000 }).toBe(0);
    await theirs.unsee("dialog", /^Review/);
    await theirs.unsee("region", "Staged changes");
    expect([agent.variables.get(scope.serviceId)!.get("GREETING")?.value, web().config.port, web().config.replicas, agent.staged.size]).toEqual(["good day", 3000, 2, 0]);
    await hands.seeRole("dialog", "Review 0 changes");
    expect([mine.errors, other.errors]).toEqual([[], []]);
  } finally {
    await mine.close();
    await other.close();
    await host.close();
  }
});

test("an agent from before there was a stage takes what is saved at once", async () => {
  const answered = <T>(answer: T, path: readonly string[]): T => {
    if (procedureOf(path).startsWith("staged.")) throw fail("PROCEDURE_UNKNOWN", { procedure: procedureOf(path) });
    return answer;
  };
  const { host, agents } = await serveFixture(window.folder, { data: "some", pace: 1, answered });
  const agent = agents.get(serverId)!;
  unstage(agent);
  const { page, errors, close } = await openWindow(browser, host.url, { remembered: onTab("variables") });
  try {
    await settled(page);
    const hands = createHands(page);
    await hands.see("A change takes effect with the next deploy.");
    await hands.push("Edit NODE_ENV");
    await hands.fill("Value", "test");
    await hands.push("Save the variable");
    await hands.unsee("form", "Edit NODE_ENV");
    await port(hands, "8080");
    expect([agent.variables.get(scope.serviceId)!.get("NODE_ENV")?.value, agent.services.get(scope.serviceId)!.config.port, agent.staged.size]).toEqual(["test", 8080, 0]);
    expect(await page.getByRole("region", { name: "Staged changes", exact: true }).count()).toBe(0);
    expect(errors).toEqual([]);
  } finally {
    await close();
    await host.close();
  }
});
