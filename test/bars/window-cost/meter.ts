// What a page costs, by Chromium's own counters.
import type { CDPSession, Page } from "playwright-core";

export type Meter = Awaited<ReturnType<typeof openMeter>>;

export async function openMeter(page: Page) {
  const session = await page.context().newCDPSession(page);
  let received = 0;
  session.on("Network.webSocketFrameReceived", ({ response: { opcode, payloadData } }) => {
    received += opcode === 2 ? Math.ceil((payloadData.length * 3) / 4) : Buffer.byteLength(payloadData);
  });
  await session.send("Network.enable");
  await session.send("Performance.enable");
  return {
    session,
    /** Bytes that came over the window's socket, and milliseconds of its main thread, per second. */
    async cost(seconds: number): Promise<{ bytes: number; busy: number }> {
      const begun = { at: performance.now(), received, busy: await taskSeconds(session) };
      await page.waitForTimeout(seconds * 1000);
      const passed = (performance.now() - begun.at) / 1000;
      return { bytes: (received - begun.received) / passed, busy: ((await taskSeconds(session)) - begun.busy) * (1000 / passed) };
    },
  };
}

async function taskSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")!.value;
}

/** Frames that the page could draw, and its longest task, over so many seconds. */
export function frames(page: Page, seconds: number): Promise<{ perSecond: number; longest: number; tasks: number }> {
  return page.evaluate(async (milliseconds) => {
    const long: number[] = [];
    const observer = new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => duration)));
    observer.observe({ entryTypes: ["longtask"] });
    let count = 0;
    const begun = performance.now();
    await new Promise<void>((resolve) => {
      const draw = () => {
        count += 1;
        if (performance.now() - begun < milliseconds) requestAnimationFrame(draw);
        else resolve();
      };
      requestAnimationFrame(draw);
    });
    const passed = (performance.now() - begun) / 1000;
    // Entries come a moment after their task.
    await new Promise((resolve) => setTimeout(resolve, 100));
    observer.disconnect();
    return { perSecond: count / passed, longest: Math.max(0, ...long), tasks: long.length };
  }, seconds * 1000);
}
