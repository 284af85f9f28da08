import { fail, type Service, type Variable } from "@aeroplane/agent/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, openWindow, type Remembered } from "./browser.ts";
import { procedureOf } from "./fixture/answers.ts";
import { idOf } from "./fixture/ids.ts";
import { serveFixture } from "./fixture/serve.ts";
import { buildWindow } from "./fixture/window.ts";
import { createHands, type Hands } from "./hands.ts";
import { settled } from "./settled.ts";

// An agent from before there were secrets and a stage: it says of no variable what kind it is, and drops what it does not know of a call.
let browser: Browser;
let window: Awaited<ReturnType<typeof buildWindow>>;
beforeAll(async () => {
  [window, browser] = [await buildWindow(), await launchBrowser()];
}, 300_000);
afterAll(() => browser?.close());

async function onVariables(listed: (name: string) => boolean, act: (hands: Hands) => Promise<void>): Promise<void> {
  const answered = <T>(answer: T, path: readonly string[]): T => {
    if (procedureOf(path).startsWith("staged.")) throw fail("PROCEDURE_UNKNOWN", { procedure: procedureOf(path) });
    return ["variables.list", "variables.change"].includes(procedureOf(path)) ? ((answer as Variable[]).filter(({ name }) => listed(name)).map((variable) => ({ ...variable, kind: undefined })) as T) : answer;
  };
  const { host } = await serveFixture(window.folder, { data: "some", pace: 1, answered });
  const remembered = { serverId: idOf("server", 1), section: "projects", projectId: idOf("project", 1, 1), serviceId: idOf("service", 1, 1, 1), tab: "variables" } as const;
  const { page, errors, close } = await openWindow(browser, host.url, { remembered });
  try {
    await settled(page);
    await act(createHands(page));
    expect(errors).toEqual([]);
  } finally {
    await close();
    await host.close();
  }
}

test("where the variables tell that it keeps no secrets, none is offered", () =>
  onVariables(() => true, async (hands) => {
    await hands.push("Edit NODE_ENV");
    await hands.seeRole("button", "Save the variable");
    expect(await hands.page.getByRole("checkbox").count()).toBe(0);
  }));

test("where nothing told it before, the window says that the value can be read", () =>
  onVariables((name) => name === "TOKEN", async (hands) => {
    await hands.push("Add a variable");
    await hands.fill("Name", "TOKEN");
    await hands.fill("Value", "abc");
    await hands.reach("checkbox", /^Secret/);
    await hands.press("Space");
    await hands.push("Add the variable");
    await hands.see(/^The value of TOKEN was kept, but not as a secret/);
    await hands.see("SECRET_NOT_KEPT");
    await hands.seeRole("button", "Edit TOKEN");
  }));

test("where no such settings are named, the check is the path and the HEALTHCHECK, as that agent has them", async () => {
  const withoutSettings = <T>(answer: T): T => (Array.isArray(answer) ? (answer.map((one: Service) => ({ ...one, traits: { ...one.traits, settings: undefined, volumes: undefined, drawer: one.traits.drawer.filter((part) => part !== "volumes") } })) as T) : answer);
  const answered = <T>(answer: T, path: readonly string[]): T => (procedureOf(path) === "services.list" ? withoutSettings(answer) : answer);
  const { host } = await serveFixture(window.folder, { data: "some", pace: 1, answered });
  const remembered = { serverId: idOf("server", 1), section: "projects", projectId: idOf("project", 1, 1), serviceId: idOf("service", 1, 1, 1), tab: "settings" } as const;
  const { page, errors, close } = await openWindow(browser, host.url, { remembered });
  try {
    await settled(page);
    await page.getByLabel("HEALTHCHECK of the image").first().waitFor();
    // Nor is there anything of volumes, in the drawer or beside it.
    expect(await page.getByRole("tab", { name: "Volumes" }).count()).toBe(0);
    expect([await page.getByLabel("Stop signal").count(), await page.getByLabel(/^Health path/).inputValue(), errors]).toEqual([0, "/health", []]);
  } finally {
    await close();
    await host.close();
  }
});

test("where it has no volumes, commands, budgets and meters, nothing of them is shown and nothing is thrown", async () => {
  const later = /^(volumes|runs|services\.meters|instance\.cleanup)/;
  const withoutThem = (one: Service) => ({ ...one, volumes: [], traits: { ...one.traits, volumes: undefined, runsOnce: undefined, drawer: one.traits.drawer.filter((part) => part !== "volumes") } });
  const answered = <T>(answer: T, path: readonly string[]): T => {
    const procedure = procedureOf(path);
    if (later.test(procedure)) throw fail("PROCEDURE_UNKNOWN", { procedure });
    if (procedure === "services.list" || procedure === "services.getMany") return (answer as Service[]).map(withoutThem) as T;
    return procedure === "instance.settings" ? ({ ...answer, storage: undefined } as T) : answer;
  };
  const { host } = await serveFixture(window.folder, { data: "some", pace: 1, answered });
  const project = { serverId: idOf("server", 1), section: "projects", projectId: idOf("project", 1, 1) } as const;
  const looks: { remembered: Remembered; see: (page: Page) => Promise<void> }[] = [
    {
      remembered: { ...project, serviceId: idOf("service", 1, 1, 1), tab: "volumes" },
      async see(page) {
        await page.getByRole("region", { name: "How it stands" }).waitFor();
        expect(await page.getByRole("region", { name: "How it stands" }).innerText()).not.toMatch(/memory|processors/i);
        expect(await page.getByRole("region", { name: "Commands" }).count()).toBe(0);
        await page.getByRole("button", { name: "More acts" }).click();
        await page.getByRole("menuitem", { name: "Show variables" }).waitFor();
        expect(await page.getByRole("menuitem", { name: /volume|Run a command/i }).count()).toBe(0);
      },
    },
    {
      remembered: { ...project, projectTab: "services" },
      async see(page) {
        await page.getByRole("list", { name: "Services" }).waitFor();
        expect(await page.getByRole("tab", { name: "Volumes" }).count()).toBe(0);
      },
    },
    { remembered: { ...project, projectTab: "volumes" }, see: (page) => page.getByText("No volumes on this server").waitFor() },
    {
      remembered: { serverId: project.serverId, section: "server" },
      async see(page) {
        await page.getByRole("region", { name: "Tools" }).waitFor();
        expect(await page.getByRole("region", { name: "Storage" }).count()).toBe(0);
      },
    },
  ];
  try {
    for (const { remembered, see } of looks) {
      const { page, errors, close } = await openWindow(browser, host.url, { remembered });
      try {
        await settled(page);
        await see(page);
        expect(errors).toEqual([]);
      } finally {
        await close();
      }
    }
  } finally {
    await host.close();
  }
});
