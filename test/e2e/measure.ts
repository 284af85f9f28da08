import type { Page } from "playwright-core";

export type Fault = { kind: "sideways" | "cut" | "no title" | "outside"; where: string; text: string };

/** Every text of the window that cannot be read whole, by what the browser has laid out. */
export const measure = (page: Page): Promise<Fault[]> => page.evaluate(measureHere);

/** Runs in the page: it may use nothing from outside itself. */
function measureHere(): Fault[] {
  const slack = 1.5;
  const faults: Fault[] = [];
  const seen = new Set<string>();
  const add = (kind: Fault["kind"], element: Element, text: string) => {
    const fault = { kind, where: nameOf(element), text: text.trim().slice(0, 60) };
    const key = `${fault.kind}${fault.where}${fault.text}`;
    if (!seen.has(key)) faults.push(fault);
    seen.add(key);
  };
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) add("sideways", root, "the whole window");

  for (const element of document.body.querySelectorAll("*")) {
    const style = getComputedStyle(element);
    if (/auto|scroll/.test(style.overflowX) && element.scrollWidth > element.clientWidth + slack && shown(element) && !mayScroll(element)) {
      add("sideways", element, element.textContent ?? "");
    }
  }

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent ?? "";
    if (!element || !text.trim() || !shown(element) || element.closest("script, style, option, title")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1 || box.height < 1) continue;
      if (!judge(element, box, text)) break;
    }
  }
  return faults;

  /** Walks outwards: what clips this box, and may it? Answers whether the box is fine so far. */
  function judge(element: Element, box: DOMRect, text: string): boolean {
    let scrollsX = false;
    let scrollsY = false;
    for (let around: Element | null = element; around && around !== document.body; around = around.parentElement) {
      const style = getComputedStyle(around);
      const area = around.getBoundingClientRect();
      const tooWide = box.right > area.right + slack || box.left < area.left - slack;
      const tooHigh = box.bottom > area.bottom + slack || box.top < area.top - slack;
      if (/auto|scroll/.test(style.overflowX)) scrollsX = true;
      if (/auto|scroll/.test(style.overflowY)) scrollsY = true;
      const clipsX = /hidden|clip/.test(style.overflowX) && !scrollsX;
      const clipsY = /hidden|clip/.test(style.overflowY) && !scrollsY;
      if ((clipsX && tooWide) || (clipsY && tooHigh && !/auto|scroll/.test(style.overflowY))) {
        const shortened = style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
        if (!shortened) return (add("cut", around, text), false);
        if (!titled(around)) return (add("no title", around, text), false);
        return true;
      }
      if (style.position === "fixed") break;
    }
    if (!scrollsX && (box.right > innerWidth + slack || box.left < -slack)) return (add("outside", element, text), false);
    if (!scrollsY && (box.bottom > innerHeight + slack || box.top < -slack)) return (add("outside", element, text), false);
    return true;
  }

  /** The whole text in a tooltip: of the shortened box, of what holds it, or of what is in it. */
  function titled(element: Element): boolean {
    return element.closest("[title], [data-tip]") !== null || element.querySelector("[title]") !== null;
  }
  function shown(element: Element): boolean {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const area = element.getBoundingClientRect();
    // What is only for screen readers is one pixel large.
    return !element.closest(".sr-only, [data-base-ui-focus-guard]") && !(area.width <= 1 && area.height <= 1);
  }
  /** Lines of a program's output may be longer than any window. */
  function mayScroll(element: Element): boolean {
    return element.closest("[role=log], pre, input, textarea") !== null;
  }
  function nameOf(element: Element): string {
    const path: string[] = [];
    for (let part: Element | null = element; part && path.length < 3; part = part.parentElement) {
      const label = part.getAttribute("aria-label") ?? part.getAttribute("role");
      path.unshift(part.tagName.toLowerCase() + (part.id ? `#${part.id}` : "") + (label ? `[${label}]` : ""));
    }
    return path.join(" > ");
  }
}
