import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void) {
  listeners.add(listener);
  now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The time, renewed each second; `step` rounds it so that slow figures do not draw every second. */
export function useNow(step = 1000): number {
  return useSyncExternalStore(subscribe, () => Math.floor(now / step) * step);
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "now", "14 s", "2 min", "3 h", "6 d", then a date. */
export function age(at: number, now: number): string {
  const past = Math.max(0, now - at);
  if (past < 5 * SECOND) return "now";
  if (past < MINUTE) return `${Math.floor(past / SECOND)} s`;
  if (past < HOUR) return `${Math.floor(past / MINUTE)} min`;
  if (past < DAY) return `${Math.floor(past / HOUR)} h`;
  if (past < 7 * DAY) return `${Math.floor(past / DAY)} d`;
  return date(at);
}

/** Made once, at its first use: a log has a time on every line, and what making the first one loads would hold up the window's first look. */
export function written(options: Intl.DateTimeFormatOptions): (at: number) => string {
  let format: Intl.DateTimeFormat | undefined;
  return (at) => (format ??= new Intl.DateTimeFormat("en-GB", options)).format(at);
}

const date = written({ day: "numeric", month: "short", year: "numeric" });

/** The exact time with its zone, for a tooltip. */
export const exact = written({ dateStyle: "medium", timeStyle: "long" });

const two = (figure: number) => String(figure).padStart(2, "0");

/** "12:03:11": by hand, because the first look may have one. */
export function clock(at: number): string {
  const time = new Date(at);
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/** For a sentence: "12:03:11", and of another day its date before that. */
export const since = (at: number): string => (new Date(at).toDateString() === new Date().toDateString() ? clock(at) : `${date(at)}, ${clock(at)}`);

/** "0.4 s", "13 s", "2 min 5 s". */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** "00:14" since a moment, for something that runs. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}

const figure = (value: number) => (value < 10 ? value.toFixed(1).replace(/\.0$/, "") : Math.round(value).toString());

/** "3.3 of 8 GB": used and whole in one unit. */
export function usedOf(used: number, whole: number): string {
  const [unit, size] = whole >= 1000 * 1024 ** 3 ? (["TB", 1024 ** 4] as const) : (["GB", 1024 ** 3] as const);
  return `${figure(used / size)} of ${figure(whole / size)} ${unit}`;
}

export { size as bytes } from "@aeroplane/agent/contract";
