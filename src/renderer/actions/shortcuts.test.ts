import { expect, test } from "vitest";
import { matches, serverNumber, type Pressed } from "./shortcuts.ts";

const press = (key: string, held: Partial<Pressed> = {}): Pressed => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});

test("a shortcut is met by its own keys only", () => {
  expect({
    plain: matches("c", press("c")),
    withControl: matches("c", press("c", { ctrlKey: true })),
    capital: matches("c", press("C", { shiftKey: true })),
    capitalAsked: matches("shift+t", press("T", { shiftKey: true })),
    capitalMissing: matches("shift+t", press("t")),
    palette: matches("mod+k", press("k", { ctrlKey: true })),
    paletteBare: matches("mod+k", press("k")),
    sign: matches("?", press("?", { shiftKey: true })),
    shiftEnter: matches("shift+enter", press("Enter", { shiftKey: true })),
    enter: matches("shift+enter", press("Enter")),
    server: serverNumber({ ...press("3", { altKey: true }), code: "Digit3" }),
    digit: serverNumber({ ...press("3"), code: "Digit3" }),
  }).toEqual({
    plain: true,
    withControl: false,
    capital: false,
    capitalAsked: true,
    capitalMissing: false,
    palette: true,
    paletteBare: false,
    sign: true,
    shiftEnter: true,
    enter: false,
    server: 3,
    digit: null,
  });
});
