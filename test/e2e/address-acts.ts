import type { Act } from "./act.ts";
import type { Hands } from "./hands.ts";

async function holds(hands: Hands, name: string | RegExp, text: string): Promise<void> {
  const value = await hands.page.getByRole("textbox", { name, exact: typeof name === "string" }).inputValue();
  if (value !== text) throw new Error(`${String(name)} holds “${value}” instead of “${text}”`);
}

/** In the drawer of a service, on its variables. */
export const keepTyping: Act = {
  name: "type in settings and in a new variable, look at another service, and find both as they were",
  short: true,
  run: async (hands) => {
    await hands.press("s");
    await hands.fill(/^Start command/, "node later.js");
    await hands.press("Escape", "v");
    await hands.push("Add a variable");
    await hands.fill("Name", "LATER");
    await hands.fill("Value", "typed");
    await hands.reach("checkbox", /^Secret/);
    await hands.press("Space");
    await hands.reach("button", "Cancel");
    await hands.press("s");
    await holds(hands, /^Start command/, "node later.js");
    await hands.seeRole("tab", /^Variables.*not saved$/);
    await hands.press("Escape");
    await hands.openCard("Services", /^keeper, /);
    await hands.press("s");
    await holds(hands, /^Start command/, "");
    await hands.press("Escape");
    await hands.openCard("Services", /^web, .*not saved/);
    await hands.press("s");
    await holds(hands, /^Start command/, "node later.js");
    await hands.push("Discard");
    await hands.unsee("tab", /^Settings.*not saved$/);
    await hands.press("v");
    await holds(hands, "Name", "LATER");
    await holds(hands, "Value", "typed");
    if (!(await hands.page.getByRole("checkbox", { name: /^Secret/ }).isChecked())) throw new Error("The tick of a secret was lost");
    await hands.push("Cancel");
    await hands.unsee("tab", /^Variables.*not saved$/);
  },
};

export const goBack: Act = {
  name: "go back and forward over pages, and out of a dialog",
  short: true,
  run: async (hands) => {
    await hands.press("g");
    await hands.openCard("Projects", /^store/);
    await hands.openCard("Services", /^web, /);
    await hands.press("l", "s");
    await hands.page.getByRole("tab", { name: "Settings", selected: true }).waitFor();
    await hands.press("Alt+ArrowLeft");
    await hands.page.getByRole("tab", { name: "Logs", selected: true }).waitFor();
    await hands.press("Alt+ArrowRight");
    await hands.page.getByRole("tab", { name: "Settings", selected: true }).waitFor();
    await hands.press("Shift+?");
    await hands.seeRole("dialog", "Keyboard shortcuts");
    await hands.press("Alt+ArrowLeft");
    await hands.unsee("dialog", "Keyboard shortcuts");
    await hands.page.getByRole("tab", { name: "Settings", selected: true }).waitFor();
    await hands.palette("Rename the project");
    await hands.seeRole("dialog", /^Rename/);
    await hands.page.goBack();
    await hands.unsee("dialog", /^Rename/);
    await hands.seeRole("complementary", "web");
    await hands.press("Escape", "g");
    await hands.unsee("button", /^web, /);
    await hands.palette("Back");
    await hands.seeRole("button", /^web, /);
  },
};

/** In a project. */
export const followLink: Act = {
  name: "copy a link to a page, and follow one that would open more than a page",
  short: true,
  run: async (hands) => {
    const { page } = hands;
    await hands.palette("Copy a link");
    await hands.see("Link copied");
    const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
    const projectId = /\/projects\/([^/]+)/.exec(link.hash)?.[1];
    if (!projectId || link.href.includes("token")) throw new Error(`Copied ${link.href}`);
    await hands.press("g");
    await hands.unsee("button", /^web, /);
    await page.evaluate((hash) => void (location.hash = hash), `${link.hash}?dialog=delete-project&project=${projectId}`);
    await hands.seeRole("button", /^web, /);
    await page.waitForURL(link.href);
    if ((await page.getByRole("dialog").count()) > 0) throw new Error("A link opened a dialog");
    await page.reload();
    await hands.seeRole("button", /^web, /);
    if (page.url() !== link.href) throw new Error(`Loaded again at ${page.url()}`);
  },
};
