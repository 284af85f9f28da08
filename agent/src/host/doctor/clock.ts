import { span } from "./figures.ts";
import { bad, ok, unknown, type Finding, type Look } from "./look.ts";
import { tell } from "./tell.ts";

/** The way of the question counts in, so less than this says nothing. */
const WARN_MS = 10_000;
/** Beyond it certificates and sign-in codes begin to fail. */
const FAIL_MS = 5 * 60_000;

export const clockLooks = (): Look[] => [{ id: "clock.synchronised", group: "time", title: "Time synchronisation", look: synchronised }];

/** About the computer that asks, so it is looked at for each. */
export const skewLook = (desktopTime: number, arrivedAt: number): Look => ({
  id: "clock.skew",
  group: "time",
  title: "Clock against this computer's",
  look: () => judgeSkew(arrivedAt - desktopTime, arrivedAt),
});

export function judgeSkew(skew: number, now: number): Finding {
  const apart = Math.abs(skew);
  const detail = `${new Date(now).toISOString().replace(/\.\d+Z$/, "Z")} on the server · ${apart < WARN_MS ? "less than 10 s" : span(apart / 1000)} apart`;
  if (apart < WARN_MS) return ok(detail);
  const values = { skew: span(apart / 1000), direction: skew > 0 ? "ahead" : "behind" };
  return bad(apart < FAIL_MS ? "warn" : "fail", "CLOCK_SKEWED", values, { detail, commands: ["timedatectl"], fix: "clock.sync" });
}

async function synchronised(signal: AbortSignal): Promise<Finding> {
  const said = await tell(["timedatectl", "show", "--property=NTP,CanNTP,NTPSynchronized,Timezone"], { signal });
  if (said?.code === 0) return judgeSynchronised(said.stdout);
  const chrony = await tell(["chronyc", "-n", "tracking"], { signal });
  const leap = /^Leap status\s*:\s*(.+)$/m.exec(chrony?.stdout ?? "")?.[1];
  if (leap !== undefined) return leap === "Normal" ? ok("synchronised by chrony") : bad("warn", "CLOCK_UNSYNCHRONISED", {}, { detail: `chrony says: ${leap}`, commands: ["chronyc sources"] });
  return unknown("nothing on this server tells (neither timedatectl nor chronyc answers)");
}

/** What `timedatectl show` says; the kernel's own word comes from whoever keeps the clock, systemd or another. */
export function judgeSynchronised(said: string): Finding {
  const is = (key: string) => new RegExp(`^${key}=yes$`, "m").test(said);
  const zone = /^Timezone=(.+)$/m.exec(said)?.[1];
  const detail = (words: string) => (zone ? `${words} · ${zone}` : words);
  if (is("NTPSynchronized")) return ok(detail(is("NTP") ? "synchronised by systemd" : "synchronised"));
  const able = is("CanNTP");
  const words = is("NTP") ? "on, but no time server has answered yet" : able ? "switched off" : "no time service is installed";
  const commands = able ? ["timedatectl set-ntp true", "timedatectl timesync-status"] : ["apt-get install --yes systemd-timesyncd"];
  return bad("warn", "CLOCK_UNSYNCHRONISED", {}, { detail: detail(words), commands, ...(able && !is("NTP") ? { fix: "clock.sync" } : {}) });
}
