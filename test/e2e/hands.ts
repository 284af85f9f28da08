import type { Locator, Page } from "playwright-core";
import { drawn } from "./settled.ts";

type Role = Parameters<Page["getByRole"]>[0];
type Name = string | RegExp;
export type Hands = ReturnType<typeof createHands>;

/** A person without a mouse: everything goes through keys, and a control must be reached before it is used. */
export function createHands(page: Page, { patience = 60_000 } = {}) {
  const byName = (role: Role, name: Name) => page.getByRole(role, { name, exact: typeof name === "string" });
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const type = (text: string) => page.keyboard.type(text);
  const see = (what: Name, timeout = patience) => page.getByText(what).filter({ visible: true }).first().waitFor({ timeout });
  const seeRole = (role: Role, name: Name, timeout = patience) => byName(role, name).first().waitFor({ timeout });
  const unsee = (role: Role, name: Name) => byName(role, name).first().waitFor({ state: "detached", timeout: patience });

  const focused = (control: Locator) => control.evaluateAll((found) => found.some((element) => element === document.activeElement || element.contains(document.activeElement)));

  /** The guard at a dialog's end hands the focus on a moment later; a person is slower than that. */
  async function tab(): Promise<void> {
    await press("Tab");
    if (await page.evaluate(() => document.activeElement?.hasAttribute("data-base-ui-focus-guard"))) await drawn(page);
  }

  /** Tab until the control has the focus; a control that Tab never reaches is a failure. */
  async function reach(role: Role, name: Name): Promise<void> {
    const control = byName(role, name);
    await control.first().waitFor({ timeout: patience });
    // A dialog that has just opened takes the focus first.
    await drawn(page);
    for (let tabs = 0; tabs < 150; tabs += 1) {
      if (await focused(control)) return;
      await tab();
    }
    throw new Error(`Tab never reaches the ${role} ${String(name)}`);
  }

  async function push(name: Name, role: Role = "button"): Promise<void> {
    await reach(role, name);
    await press(role === "button" || role === "link" ? "Enter" : "Space");
  }

  async function fill(name: Name, text: string, role: Role = "textbox"): Promise<void> {
    await reach(role, name);
    await press("Control+a");
    if (text) await type(text);
    else await press("Delete");
  }

  /** One of a group of choices: into the group with Tab, along it with the arrows. */
  async function choose(group: Name, option: Name): Promise<void> {
    const inGroup = page.getByRole("radiogroup", { name: group, exact: typeof group === "string" });
    const wanted = inGroup.getByRole("radio", { name: option });
    await wanted.first().waitFor({ timeout: patience });
    for (let tabs = 0; tabs < 150 && !(await focused(inGroup)); tabs += 1) await tab();
    for (let steps = 0; steps < 12; steps += 1) {
      if ((await focused(wanted)) && (await wanted.first().getAttribute("aria-checked")) === "true") return;
      await press("ArrowRight");
    }
    throw new Error(`Arrows never reach ${String(option)} in ${String(group)}`);
  }

  /** An act by a few letters of its name. */
  async function palette(letters: string): Promise<void> {
    await press("Control+k");
    await seeRole("combobox", "Search and act");
    await type(letters);
    await byName("option", new RegExp(letters, "i")).first().waitFor({ timeout: patience });
    await press("Enter");
    await unsee("combobox", "Search and act");
  }

  /** A card of the grid: into the grid with Tab, along it with the arrows. */
  async function openCard(list: string, name: Name): Promise<void> {
    const card = page.getByRole("list", { name: list }).getByRole("button", { name });
    await card.first().waitFor({ timeout: patience });
    const grid = page.getByRole("list", { name: list });
    for (let tabs = 0; tabs < 150 && !(await focused(grid)); tabs += 1) await press("Tab");
    await press("Home");
    for (let steps = 0; steps < 60; steps += 1) {
      // The grid brings a card into sight first and gives it the focus a moment later.
      await drawn(page);
      await drawn(page);
      if (await focused(card)) return press("Enter");
      await press("ArrowRight");
    }
    throw new Error(`Arrows never reach ${String(name)} in ${list}`);
  }

  return { page, press, type, see, seeRole, unsee, reach, push, fill, choose, palette, openCard };
}
