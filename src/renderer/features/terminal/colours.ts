import type { ITheme } from "@xterm/xterm";

/** Which token of the style sheet is which colour of a terminal. */
const tokens = {
  background: "sunken",
  foreground: "text",
  cursor: "text",
  cursorAccent: "sunken",
  selectionBackground: "terminal-selection",
  black: "text-3",
  red: "bad",
  green: "ok",
  yellow: "warn",
  blue: "accent",
  magenta: "terminal-magenta",
  cyan: "terminal-cyan",
  white: "text-2",
  brightBlack: "text-3",
  brightRed: "bad",
  brightGreen: "ok",
  brightYellow: "warn",
  brightBlue: "accent",
  brightMagenta: "terminal-magenta",
  brightCyan: "terminal-cyan",
  brightWhite: "text",
  scrollbarSliderBackground: "line",
  scrollbarSliderHoverBackground: "line-2",
  scrollbarSliderActiveBackground: "line-2",
} satisfies Partial<Record<keyof ITheme, string>>;

/** The colours of the window as they are now, in the only form that a terminal reads: the canvas knows every other. */
export function terminalColours(): ITheme {
  const probe = document.createElement("span");
  document.body.append(probe);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const paint = canvas.getContext("2d", { willReadFrequently: true })!;
  const colour = (token: string) => {
    probe.style.color = `var(--color-${token})`;
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = getComputedStyle(probe).color;
    paint.fillRect(0, 0, 1, 1);
    return `#${[...paint.getImageData(0, 0, 1, 1).data.subarray(0, 3)].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  };
  const theme = Object.fromEntries(Object.entries(tokens).map(([name, token]) => [name, colour(token)]));
  probe.remove();
  return theme;
}
