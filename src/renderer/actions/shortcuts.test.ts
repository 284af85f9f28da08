import { expect, test } from "vitest";
import { matches, pressedFor, serverNumber, shown, type Pressed } from "./shortcuts.ts";

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

test("Alt is held where it is asked for, and a Mac has keys of its own besides", () => {
  const alt = press("ArrowLeft", { altKey: true });
  expect([matches("alt+arrowleft", alt), matches("arrowleft", alt), matches("alt+arrowleft", press("ArrowLeft")), matches("c", press("c", { altKey: true }))]).toEqual([true, false, false, false]);
  const back = { shortcut: "alt+arrowleft", macShortcut: "mod+[" };
  const pressed = press("[", { ctrlKey: true });
  expect([pressedFor(back, alt, false), pressedFor(back, pressed, false), pressedFor(back, pressed, true), pressedFor({}, alt, true)]).toEqual([true, false, true, false]);
  expect(shown("alt+arrowleft")).toBe("Alt ←");
});

test("a server's number is asked for by keys that make no character where somebody writes", () => {
  const digit = (held: Partial<Pressed>, options: { writing?: boolean; onMac?: boolean } = {}) => serverNumber({ ...press("7", held), code: "Digit7" }, options);
  expect([digit({ ctrlKey: true }), digit({ altKey: true }), digit({ altKey: true }, { writing: true }), digit({ metaKey: true })]).toEqual([7, 7, 7, null]);
  // AltGr+7 is "{" on many keyboards.
  expect([digit({ ctrlKey: true, altKey: true }), digit({ ctrlKey: true, altKey: true }, { onMac: true })]).toEqual([null, null]);
  const mac = (held: Partial<Pressed>, writing: boolean) => digit(held, { onMac: true, writing });
  expect([mac({ metaKey: true }, true), mac({ altKey: true }, false), mac({ altKey: true }, true), mac({ ctrlKey: true }, false), mac({ altKey: true, shiftKey: true }, false)]).toEqual([7, 7, null, null, null]);
});
