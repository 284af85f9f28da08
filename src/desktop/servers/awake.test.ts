import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchComputer } from "./awake.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("sleep and another network are told, once each, and nothing else", () => {
  const told: string[] = [];
  let addresses = "eth0 10.0.0.2";
  let slept = 0;
  const end = watchComputer({ onWake: () => told.push(`${addresses} ${slept}`), addresses: () => addresses, now: () => Date.now() + slept });
  vi.advanceTimersByTime(60_000);
  addresses = "wlan0 192.168.1.7";
  vi.advanceTimersByTime(10_000);
  slept = 3_600_000;
  vi.advanceTimersByTime(10_000);
  end();
  addresses = "";
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual(["wlan0 192.168.1.7 0", "wlan0 192.168.1.7 3600000"]);
});

test("the addresses of this computer are read without complaint", () => {
  const end = watchComputer({ onWake: () => { throw new Error("Nothing changed."); } });
  vi.advanceTimersByTime(4000);
  end();
});
