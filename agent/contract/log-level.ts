/** How grave a line is, gravest first. */
export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const levelOfWord: Readonly<Record<string, LogLevel>> = {
  emerg: "error", emergency: "error", alert: "error", crit: "error", critical: "error", fatal: "error", panic: "error", severe: "error", error: "error", err: "error",
  warn: "warn", warning: "warn",
  notice: "info", info: "info", information: "info", log: "info",
  debug: "debug", dbug: "debug", trace: "debug", verbose: "debug", silly: "debug",
};

// As loggers write it: {"level":"error"}, {"severity":"ERROR"}, {"level":50}, level=error.
const NAMED = /"(?:log\.)?(?:level|severity|lvl|loglevel|levelname)"\s*:\s*(?:"([A-Za-z]{3,11})"|(\d{1,2})\b)|(?:^|\s)(?:level|severity|lvl)="?([A-Za-z]{3,11})\b/i;
// At its beginning, behind a time at most: "error: …", "[warn] …", "2026-11-30 12:00:00 INFO …".
const LEADING = /^[\s[(<]*(?:\d[\d:.,TZ+/-]*[\s\])>|-]*){0,3}[[(<]?([A-Za-z]{3,11})\s?(?=[\])>:|])/;
// A word of its own in capitals, somewhere before the message.
const CAPITALS = /(?:^|[\s[(<|])(EMERG|ALERT|CRIT|CRITICAL|FATAL|PANIC|SEVERE|ERROR|WARN|WARNING|NOTICE|INFO|DEBUG|TRACE)(?=$|[\s\])>:|])/;
/** Where capitals are looked for. */
const HEAD = 120;

/** pino and bunyan count in tens from 10, syslog from 0 down. */
function levelOfNumber(number: number): LogLevel {
  if (number < 10) return number <= 3 ? "error" : number === 4 ? "warn" : number <= 6 ? "info" : "debug";
  return number >= 50 ? "error" : number >= 40 ? "warn" : number >= 30 ? "info" : "debug";
}

/** How grave a line is, by what it says of itself; else what was said to stderr is an error, and all other is information. `text`: without colours. */
export function levelOf({ stream, text }: { stream: string; text: string }): LogLevel {
  const named = NAMED.exec(text);
  if (named?.[2] !== undefined) return levelOfNumber(Number(named[2]));
  const words = [named?.[1] ?? named?.[3], LEADING.exec(text.slice(0, HEAD))?.[1], CAPITALS.exec(text.slice(0, HEAD))?.[1]];
  for (const word of words) {
    const lower = word?.toLowerCase() ?? "";
    if (Object.hasOwn(levelOfWord, lower)) return levelOfWord[lower]!;
  }
  return stream === "err" ? "error" : "info";
}
