import { expect, test } from "vitest";
import { keyFor, type Pressed } from "./keys.ts";

function press(keys: string, { selected = false, mac = false } = {}) {
  const parts = keys.split("+");
  const key = parts.at(-1)!;
  const event: Pressed = {
    key,
    code: /^\d$/.test(key) ? `Digit${key}` : key,
    ctrlKey: parts.includes("ctrl"),
    metaKey: parts.includes("meta"),
    shiftKey: parts.includes("shift"),
    altKey: parts.includes("alt"),
  };
  return keyFor(event, selected, mac);
}

test("what shells use is the shell's", () => {
  const keys = ["a", "Escape", "Tab", "F6", "ctrl+c", "ctrl+k", "ctrl+f", "ctrl+r", "ctrl+w", "alt+b", "shift+Tab", "?", "ctrl+v"];
  expect(keys.filter((key) => press(key) !== "shell")).toEqual([]);
});

test("a few are the window's", () => {
  expect({
    leave: press("ctrl+shift+E"),
    find: press("ctrl+shift+F"),
    copy: press("ctrl+shift+C"),
    copySelected: press("ctrl+c", { selected: true }),
    paste: press("ctrl+shift+V"),
    pasteInsert: press("shift+Insert"),
    server: press("alt+2"),
    palette: press("meta+k", { mac: true }),
    findOnMac: press("meta+f", { mac: true }),
    interruptOnMac: press("ctrl+c", { mac: true, selected: true }),
  }).toEqual({
    leave: "leave",
    find: "find",
    copy: "copy",
    copySelected: "copy",
    paste: "paste",
    pasteInsert: "paste",
    server: "window",
    palette: "window",
    findOnMac: "find",
    interruptOnMac: "shell",
  });
});
