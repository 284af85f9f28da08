import type { Page } from "playwright-core";
import { drawn } from "./settled.ts";

export type RingFault = { kind: "no ring" | "clipped" | "covered" | "faint"; where: string; by: string };

/** More on one page are walked no further: rows of a list are alike. */
const MOST = 90;
/** Rows that Tab does not reach are looked at from where it enters their list. */
const ALONG = ["ArrowDown", "ArrowDown", "End", "Home"];

/** Walks the page with Tab, through lists with the arrows and into menus: everything that has the focus must be seen to have it. */
export async function rings(page: Page): Promise<RingFault[]> {
  const faults: RingFault[] = [];
  const look = async () => {
    // A guard at a dialog's end hands the focus on a moment later.
    // A text area comes into sight with its ring in the frame after its focus.
    if (await page.evaluate(() => document.activeElement?.matches("[data-base-ui-focus-guard], textarea"))) await drawn(page);
    const { found, seen, list, menu, holds } = await page.evaluate(lookHere);
    faults.push(...found);
    return { seen, list, menu, holds };
  };
  await page.evaluate(() => delete (window as { rings?: unknown }).rings);
  for (let tabs = 0; tabs < MOST; tabs += 1) {
    await page.keyboard.press("Tab");
    const at = await look();
    // A shell keeps Tab for itself.
    if (at.seen || at.holds) break;
    if (at.list)
      for (const key of ALONG) {
        await page.keyboard.press(key);
        // It brings a row into sight first, and gives it the focus a moment later.
        await drawn(page);
        await drawn(page);
        await look();
      }
    if (at.menu) {
      await page.keyboard.press("Enter");
      await drawn(page);
      await page.keyboard.press("ArrowDown");
      await drawn(page);
      await look();
      await page.keyboard.press("Escape");
      await drawn(page);
    }
  }
  // What has lost the focus last is compared then.
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  faults.push(...(await page.evaluate(lookHere)).found);
  const once = new Map(faults.map((fault) => [JSON.stringify(fault), fault]));
  return [...once.values()];
}

type Looked = { found: RingFault[]; seen: boolean; list: boolean; menu: boolean; holds: boolean };

/** Runs in the page: it may use nothing from outside itself. */
function lookHere(): Looked {
  type Part = { element: Element; look: string; box: DOMRect };
  type Memory = { seen: WeakSet<Element>; last: { where: string; parts: Part[]; ring: boolean; clipped: string | null } | null; first: Element | null };
  const place = window as unknown as { rings?: Memory };
  const memory = (place.rings ??= { seen: new WeakSet(), last: null, first: null });
  const found: RingFault[] = [];

  // The one before is compared with how it looks without the focus.
  const { last } = memory;
  memory.last = null;
  if (last && !last.ring) {
    const changed = last.parts.filter(({ element, look }) => element.isConnected && lookOf(element) !== look);
    const gone = !last.parts[0]!.element.isConnected;
    if (changed.length === 0 && !gone) found.push({ kind: "no ring", where: last.where, by: "" });
    else if (changed.length > 0 && last.clipped !== null) found.push({ kind: "clipped", where: last.where, by: last.clipped });
  }

  const element = document.activeElement;
  const nothing = { found, seen: true, list: false, menu: false, holds: false };
  if (!element || element === document.body || element === document.documentElement) return nothing;
  const holds = element.classList.contains("xterm-helper-textarea");
  const seen = memory.seen.has(element);
  memory.first ??= element;
  memory.seen.add(element);
  const role = element.getAttribute("role");
  const rest = { seen, list: element.hasAttribute("data-index"), menu: element.getAttribute("aria-haspopup") === "menu", holds };
  // The guards of a dialog, and whatever only hands the focus on.
  if (holds || seen || element.hasAttribute("data-base-ui-focus-guard")) return { found, ...rest, seen: seen && !element.hasAttribute("data-base-ui-focus-guard") };

  const where = nameOf(element);
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const width = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
  const colour = rgba(style.outlineColor);
  const hasRing = width >= 1 && colour[3]! > 0.5;
  if (hasRing) {
    const offset = parseFloat(style.outlineOffset);
    const out = offset + width / 2;
    const points = sides(box, out);
    for (const [side, x, y] of points) {
      const clip = clipOf(element, x, y, width / 2);
      if (clip !== null) {
        found.push({ kind: "clipped", where, by: `${side} by ${clip}` });
        break;
      }
      const over = coveredBy(element, x, y);
      if (over !== null) {
        found.push({ kind: "covered", where, by: `${side} by ${over}` });
        break;
      }
    }
    const behind = backdrop(offset < 0 ? element : element.parentElement);
    const ratio = contrast(colour, behind);
    if (ratio < 3) found.push({ kind: "faint", where, by: ratio.toFixed(1) });
  }
  const around: Element[] = [];
  for (let each: Element | null = element; each && around.length < 4; each = each.parentElement) around.push(each);
  const clipped = hasRing ? null : (sides(box, -1).map(([side, x, y]) => [side, clipOf(element, x, y, 0)] as const).find(([, clip]) => clip !== null) ?? null);
  memory.last = { where, parts: around.map((each) => ({ element: each, look: lookOf(each), box: each.getBoundingClientRect() })), ring: hasRing, clipped: clipped && `${clipped[0]} by ${clipped[1]}` };
  // A highlighted item of a menu goes with its menu.
  if (role === "menuitem" || role === "option") memory.last = null;
  return { found, ...rest };

  function sides(area: DOMRect, out: number): [string, number, number][] {
    const [x, y] = [(area.left + area.right) / 2, (area.top + area.bottom) / 2];
    return [
      ["top", x, area.top - out],
      ["bottom", x, area.bottom + out],
      ["left", area.left - out, y],
      ["right", area.right + out, y],
    ];
  }

  /** What looks another way with the focus. */
  function lookOf(of: Element): string {
    const { outlineStyle, outlineWidth, boxShadow, backgroundColor, borderTopColor, borderTopWidth, borderBottomColor, borderBottomWidth, textDecorationLine } = getComputedStyle(of);
    const borders = [borderTopWidth === "0px" ? "" : borderTopColor, borderBottomWidth === "0px" ? "" : borderBottomColor];
    return [outlineStyle === "none" ? "" : outlineWidth, boxShadow, backgroundColor, ...borders, textDecorationLine].join("|");
  }

  /** The box around it that does not let that point be seen; null where it is seen. */
  function clipOf(of: Element, x: number, y: number, half: number): string | null {
    if (box.width < 1 || box.height < 1) return "its own size";
    if (x - half < 0 || y - half < 0 || x + half > innerWidth || y + half > innerHeight) return "the window";
    let fixed = getComputedStyle(of).position === "fixed";
    let absolute = getComputedStyle(of).position === "absolute";
    for (let up = of.parentElement; up && up !== document.documentElement && !fixed; up = up.parentElement) {
      const { position, overflowX, overflowY, transform, contain } = getComputedStyle(up);
      const isBlock = position !== "static" || transform !== "none";
      // What is positioned is not clipped by a box that does not hold it.
      if (absolute && !isBlock) continue;
      absolute = position === "absolute";
      fixed = position === "fixed";
      const area = up.getBoundingClientRect();
      const [left, top] = [area.left + up.clientLeft, area.top + up.clientTop];
      const clips = (overflow: string) => overflow !== "visible" || contain.includes("paint");
      if (clips(overflowX) && (x - half < left - 0.5 || x + half > left + up.clientWidth + 0.5)) return nameOf(up);
      if (clips(overflowY) && (y - half < top - 0.5 || y + half > top + up.clientHeight + 0.5)) return nameOf(up);
    }
    return null;
  }

  /** What lies over that point in a layer of its own, and lets nothing through. */
  function coveredBy(of: Element, x: number, y: number): string | null {
    const top = document.elementFromPoint(x, y);
    // A tooltip goes by itself.
    if (!top || top.contains(of) || of.contains(top) || top.closest("[data-side]")) return null;
    let layer = false;
    let opaque = false;
    let over = 0;
    let own = 0;
    for (let up: Element | null = of; up && !up.contains(top); up = up.parentElement) own = Number(getComputedStyle(up).zIndex) || own;
    for (let up: Element | null = top; up && !up.contains(of); up = up.parentElement) {
      const { position, transform, zIndex, backgroundColor, opacity } = getComputedStyle(up);
      if (position !== "static" || transform !== "none" || zIndex !== "auto" || opacity !== "1") layer = true;
      if (rgba(backgroundColor)[3]! > 0.9) opaque = true;
      over = Number(zIndex) || over;
    }
    return layer && opaque && own <= over ? nameOf(top) : null;
  }

  /** The colour that is seen behind it. */
  function backdrop(of: Element | null): number[] {
    for (let up = of; up; up = up.parentElement) {
      const colour = rgba(getComputedStyle(up).backgroundColor);
      if (colour[3]! > 0.9) return colour;
    }
    return [255, 255, 255, 1];
  }

  function rgba(text: string): number[] {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const pen = canvas.getContext("2d", { willReadFrequently: true })!;
    pen.fillStyle = text;
    pen.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
    return [red!, green!, blue!, alpha! / 255];
  }
  function contrast(one: number[], other: number[]): number {
    const light = ([red, green, blue]: number[]) => {
      const [r, g, b] = [red!, green!, blue!].map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high! + 0.05) / (low! + 0.05);
  }
  function nameOf(of: Element): string {
    const words = of.getAttribute("aria-label") ?? (of as HTMLInputElement).placeholder ?? of.textContent ?? "";
    const shape = typeof of.className === "string" ? of.className.split(/\s+/).slice(0, 6).join(".") : "";
    return `${of.getAttribute("role") ?? of.tagName.toLowerCase()} “${words.trim().slice(0, 32)}” ${shape}`;
  }
}
