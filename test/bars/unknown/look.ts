import type { Page } from "playwright-core";

export type Look = {
  /** What must not stand on any screen. */
  faults: string[];
  /** The numbers of the strange words that can be read, in a text or in a tooltip. */
  words: number[];
};

/** What a person sees of strange words, and what they must never see. */
export const look = (page: Page): Promise<Look> => page.evaluate(lookHere);

/** Runs in the page: it may use nothing from outside itself. */
function lookHere(): Look {
  const faults: string[] = [];
  const read: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent ?? "";
    if (!element || !text.trim() || element.closest("script, style") || !element.checkVisibility()) continue;
    // What a program printed is its own.
    if (!element.closest("[role=log], pre, .xterm")) for (const word of text.match(/\bundefined\b|\[object Object\]|\bNaN\b|native code/g) ?? []) faults.push(`says "${word}": ${text.trim().slice(0, 80)}`);
    if (/ cannot be shown: this app/.test(text)) faults.push(`a section is given up: ${text.trim().slice(0, 120)}`);
    if (!element.closest(".sr-only")) read.push(text);
  }
  for (const element of document.querySelectorAll("[title]")) if (element.checkVisibility()) read.push(element.getAttribute("title")!);
  for (const element of document.querySelectorAll("button, a[href], [role=tab], [role=button], [role=menuitem], [role=option], [role=radio]")) {
    if (!element.checkVisibility() || element.closest("[data-base-ui-focus-guard]")) continue;
    const labelled = element.getAttribute("aria-labelledby")?.split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join("");
    const name = element.getAttribute("aria-label") ?? labelled ?? `${element.textContent ?? ""}${element.getAttribute("title") ?? ""}`;
    if (name.trim() === "") faults.push(`without a name: ${element.outerHTML.slice(0, 120)}`);
  }
  const words = read.flatMap((text) => [...text.matchAll(/new-[^\s"”,;]*-(\d+)(?![\w-])/g)].map((found) => Number(found[1])));
  return { faults: [...new Set(faults)], words: [...new Set(words)] };
}
