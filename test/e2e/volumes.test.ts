import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, openWindow, type Remembered } from "./browser.ts";
import { card } from "./act.ts";
import type { Agent } from "./fixture/agent.ts";
import { idOf } from "./fixture/ids.ts";
import { serveFixture } from "./fixture/serve.ts";
import { buildWindow } from "./fixture/window.ts";
import { createHands } from "./hands.ts";
import { settled } from "./settled.ts";

let browser: Browser;
let window: Awaited<ReturnType<typeof buildWindow>>;
beforeAll(async () => {
  [window, browser] = [await buildWindow(), await launchBrowser()];
}, 300_000);
afterAll(() => browser?.close());

const serverId = idOf("server", 1);
const mailer = idOf("service", 1, 1, 3);
const place: Remembered = { serverId, section: "projects", projectId: idOf("project", 1, 1) };

const unstage = (agent: Agent) => {
  agent.staged.clear();
  for (const { id } of agent.services.values()) agent.changeService(id, { stagedCount: 0 });
};
const volumesOf = (agent: Agent, serviceId: string) => [...agent.volumes.values()].flatMap((volume) => (volume.serviceId === serviceId ? [`${volume.path} ${volume.state}`] : []));

test("a volume is added, removed, returned from the trash and emptied out of it, each staged and said before", async () => {
  const { host, agents } = await serveFixture(window.folder, { data: "some", pace: 1 });
  const agent = agents.get(serverId)!;
  unstage(agent);
  const { page, errors, close } = await openWindow(browser, host.url, { remembered: { ...place, serviceId: mailer, tab: "deployments" } });
  try {
    await settled(page);
    const hands = createHands(page);
    await hands.press("f");
    await hands.seeRole("listitem", "mailer-queue");
    await hands.push("Add a volume");
    await hands.push("Add the volume");
    await hands.see("A path is needed.");
    await hands.fill("Mount path", "/var/spool/mail/old");
    await hands.push("Add the volume");
    await hands.see(/are the same folder, or one is inside the other/);
    await hands.fill("Mount path", "/data");
    await hands.push("Add the volume");
    await hands.unsee("dialog", /^Add a volume/);
    await hands.see("Staged: added");
    await hands.push("Acts on mailer-queue");
    await hands.press("End", "Enter");
    await hands.see("mailer-queue at /var/spool/mail: what it holds, which was not measured yet");
    await hands.push("Stage the removal");
    await hands.see("Staged: removed");
    // Nothing of it is so before it is deployed.
    expect(volumesOf(agent, mailer)).toEqual(["/var/spool/mail mounted", "/app/cache wanted"]);
    await hands.press("Escape", "r");
    await hands.seeRole("dialog", "Review 2 changes");
    await hands.see("New, empty volume mailer-data");
    await hands.see("mailer-queue goes to the trash, where its data is kept for 7 days");
    await hands.push("Discard the change of volume /data");
    await hands.seeRole("dialog", "Review 1 change");
    await hands.push("Undo");
    await hands.seeRole("dialog", "Review 2 changes");
    await hands.press("Shift+Enter");
    await hands.unsee("region", "Staged changes");
    await hands.see("The volume at /var/spool/mail goes to the trash");
    await hands.seeRole("button", card("mailer", "2 volumes"));
    expect(volumesOf(agent, mailer)).toEqual(["/var/spool/mail trash", "/app/cache wanted", "/data mounted"]);

    await hands.palette("Show all volumes and the trash");
    await hands.push("Return mailer-queue");
    await hands.see("Comes back with the next deploy");
    // Its service is gone: another one is asked for, which has several instances.
    await hands.push("Return postgres-data");
    await hands.seeRole("dialog", "Return postgres-data");
    await hands.push("Return");
    await hands.unsee("dialog", "Return postgres-data");
    await expect.poll(() => [...agent.staged.values()].map(({ name }) => name).sort()).toEqual(["/var/lib/postgresql/data", "/var/spool/mail", "replicas"]);
    await hands.push("Acts on search-dumps");
    await hands.seeRole("menuitem", "Empty now…");
    await hands.press("End", "Enter");
    await hands.fill("Type search-dumps to confirm", "search-dumps");
    await hands.push("Delete the data");
    await hands.unsee("listitem", "search-dumps");
    expect([...agent.volumes.values()].some(({ name }) => name === "search-dumps")).toBe(false);
    expect(errors).toEqual([]);
  } finally {
    await close();
    await host.close();
  }
});

test("what an image keeps nowhere is kept as a volume by a click, and its settings say that it runs alone", async () => {
  const { host, agents } = await serveFixture(window.folder, { data: "some", pace: 1 });
  const agent = agents.get(serverId)!;
  unstage(agent);
  const search = idOf("service", 1, 1, 5);
  const { page, errors, close } = await openWindow(browser, host.url, { remembered: { ...place, serviceId: search, tab: "deployments" } });
  try {
    await settled(page);
    const hands = createHands(page);
    await hands.press("Shift+D");
    await hands.push("Keep it in a volume");
    await hands.push("Keep as a volume: /meili_data");
    await hands.seeRole("listitem", "search-meili-data");
    await hands.unsee("region", "Data that is not kept");
    expect([...agent.staged.values()].map(({ aspect, name, value }) => [aspect, name, value])).toEqual([["volume", "/meili_data", { volumeId: null, name: "search-meili-data", bytes: null }]]);
    await hands.press("s");
    await hands.see("One, since it has a volume: a second process must not write there.");
    await hands.see(/^Stop first, since it has a volume\./);
    expect(errors).toEqual([]);
  } finally {
    await close();
    await host.close();
  }
});

test("the files of a volume are walked with the keys, downloaded, and brought by a button and by a drop", async () => {
  const { host, agents } = await serveFixture(window.folder, { data: "some", pace: 1 });
  const agent = agents.get(serverId)!;
  const api = idOf("service", 1, 1, 2);
  const { page, errors, close } = await openWindow(browser, host.url, { remembered: { ...place, serviceId: api, tab: "volumes" } });
  const textOf = (path: string) => agent.filesOf(idOf("volume", 1)).get(path)?.text;
  try {
    await settled(page);
    const hands = createHands(page);
    await hands.push("Files of api-uploads");
    const row = (name: string) => page.getByRole("list", { name: "Files" }).getByRole("button", { name: new RegExp(`^(Folder|File|Link)\\s*${name}`) });
    await row("current").waitFor();
    const focusOn = async (name: string, ...keys: string[]) => {
      await hands.press(...keys);
      await expect.poll(() => row(name).evaluate((element) => element === document.activeElement)).toBe(true);
    };
    await focusOn("current");
    await focusOn("images", "ArrowDown", "ArrowDown");
    await hands.press("Enter");
    await focusOn("2026");
    await focusOn("images", "Backspace");
    // Nothing there can have the keyboard, which stays all the same.
    await focusOn("empty", "ArrowUp");
    await hands.press("Enter");
    await hands.see("This folder is empty");
    await focusOn("empty", "Escape");
    await focusOn("notes.txt", "End");
    const [file] = await Promise.all([page.waitForEvent("download"), hands.press("Enter")]);
    expect([file.suggestedFilename(), await readFile(await file.path(), "utf8")]).toEqual(["notes.txt", "what was here before"]);
    const [tar] = await Promise.all([page.waitForEvent("download"), hands.push("Download all")]);
    expect(tar.suggestedFilename()).toBe("api-uploads.tar");

    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), hands.push("Upload files")]);
    await chooser.setFiles(["notes.txt", "new.txt"].map((name) => ({ name, mimeType: "text/plain", buffer: Buffer.from(`of ${name}`) })));
    // One of them is there: nothing is sent before the yes.
    await hands.see("notes.txt is replaced");
    expect([textOf("notes.txt"), textOf("new.txt")]).toEqual(["what was here before", undefined]);
    await hands.push("Upload");
    await row("new.txt").waitFor();
    await expect.poll(() => [textOf("notes.txt"), textOf("new.txt")]).toEqual(["of notes.txt", "of new.txt"]);
    await page.getByRole("list", { name: "Files" }).evaluate((list) => {
      const dropped = new DataTransfer();
      dropped.items.add(new File(["dropped"], "slow.bin"));
      for (const type of ["dragover", "drop"]) list.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: dropped }));
    });
    await hands.push("Cancel the upload of slow.bin");
    await hands.unsee("region", "Uploads");
    expect(textOf("slow.bin")).toBe(undefined);
    await hands.press("Escape");
    await hands.seeRole("listitem", "api-uploads");
    await expect.poll(() => page.getByRole("button", { name: "Files of api-uploads" }).evaluate((element) => element === document.activeElement)).toBe(true);

    await hands.push("Acts on api-uploads");
    await hands.seeRole("menuitem", "Measure");
    await hands.press("Home", "ArrowDown", "ArrowDown", "Enter");
    await hands.see(/96 MB/);
    await hands.palette("Copy api-uploads");
    await hands.fill("Mount path", "/copy");
    await hands.push("Copy");
    await hands.seeRole("listitem", "api-uploads-copy");
    expect([...agent.staged.values()].filter(({ aspect }) => aspect === "volume").map(({ name }) => name)).toEqual(["/copy"]);
    await hands.palette("Rename api-uploads");
    await hands.fill("Name", "Not a name");
    await hands.push("Rename");
    await hands.see("Lower-case letters, digits and dashes; begins with a letter");
    await hands.fill("Name", "pictures");
    await hands.push("Rename");
    await hands.seeRole("listitem", "pictures");
    expect(errors).toEqual([]);
  } finally {
    await close();
    await host.close();
  }
});
