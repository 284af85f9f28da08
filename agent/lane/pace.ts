import { CHUNK, STREAM_WINDOW } from "./bounds.ts";

/** What may be on the way before anything is known of the line: bytes. */
const START = 64 * 1024;
/** Never less than a packet or two. */
const LEAST = 16 * 1024;
/** On a short and quick way that much hides the pauses of two programs, and is passed on within a few milliseconds. */
const SHORT_WAY = 256 * 1024;
/** A call that comes behind it waits no longer than that. */
const SHORT_WAY_MS = 20;
/** Over what the line holds: half of it again finds out whether there is more room. */
const GAIN = 1.5;
/** Written at once: what is measured by longer pieces is mostly how long they are. */
const LEAST_CHUNK = 8 * 1024;
/** A round trip that was measured so long ago is measured again, with next to nothing on the way. */
const PROBE_MS = 10_000;
/** The best rate of this span and of the one before it counts. */
const SPAN_MS = 1000;

export type Pace = ReturnType<typeof createPace>;

/**
 * How much may be on the way: max(1.5 × rate × round trip, min(256 KiB, 20 ms of the rate)), from what the far end says it
 * has taken (after BBR, draft-ietf-ccwg-bbr: the best rate and the shortest round trip of late). A call beside it waits
 * behind that, and behind nothing else.
 */
export function createPace({ now = () => performance.now() }: { now?: () => number } = {}) {
  let sent = 0;
  let taken = 0;
  let takenAt = now();
  /** What was sent, with what had been taken by then. */
  let marks: { end: number; at: number; taken: number; takenAt: number }[] = [];
  let trip: { ms: number; at: number } | null = null;
  /** Its round trip is measured anew: the best of what was sent from `from` on. */
  let probe: { from: number; ms: number } | null = null;
  let rates = { since: now(), best: 0, before: 0 };
  let wake = Promise.withResolvers<void>();

  /** Bytes per millisecond. */
  const rate = () => Math.max(rates.best, rates.before);
  function bound(): number {
    if (trip === null) return START;
    if (probe !== null) return LEAST;
    const wanted = Math.max(GAIN * rate() * trip.ms, Math.min(SHORT_WAY, rate() * SHORT_WAY_MS));
    return Math.min(Math.max(wanted, LEAST), STREAM_WINDOW);
  }
  /** Resolves when the far end has taken more. */
  async function more(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    const { promise, reject } = (wake = Promise.withResolvers<void>());
    const abort = () => reject(signal!.reason as Error);
    signal?.addEventListener("abort", abort, { once: true });
    await promise.finally(() => signal?.removeEventListener("abort", abort));
  }
  const room = () => Math.max(0, Math.floor(bound()) - (sent - taken));

  function learn(mark: (typeof marks)[number], at: number) {
    const ms = Math.max(at - mark.at, 0.01);
    if (probe !== null && mark.end > probe.from) {
      probe.ms = Math.min(probe.ms, ms);
      trip = { ms: probe.ms, at };
      probe = null;
    } else if (trip === null || ms <= trip.ms) trip = { ms, at };
    else if (probe === null && at - trip.at > PROBE_MS) probe = { from: sent, ms: Infinity };
    if (at - rates.since > 2 * SPAN_MS) rates = { since: at, best: 0, before: 0 };
    else if (at - rates.since > SPAN_MS) rates = { since: at, best: 0, before: rates.best };
    // Bytes that the far end took since the mark was sent, over the time that this took it.
    rates.best = Math.max(rates.best, (taken - mark.taken) / Math.max(at - mark.takenAt, 0.01));
  }

  return {
    /** Bytes that may be sent now. */
    room,
    /** Bytes to send at once. */
    chunk: () => Math.min(CHUNK, Math.max(LEAST_CHUNK, Math.floor(bound() / 8))),
    /** Resolves when some may be sent; never, where nothing more is taken. */
    async untilRoom(signal?: AbortSignal): Promise<number> {
      for (;;) {
        // A sliver of room is no reason to send slivers.
        const free = room();
        if (free >= Math.min(LEAST, bound() / 4)) return free;
        await more(signal);
      }
    },
    /** Resolves when the far end has taken all that was sent. */
    async untilTaken(signal?: AbortSignal): Promise<void> {
      while (sent > taken) await more(signal);
    },
    sent(bytes: number) {
      sent += bytes;
      marks.push({ end: sent, at: now(), taken, takenAt });
    },
    /** The far end has taken so much in all; what is not more than before says nothing. */
    taken(total: number) {
      if (!(total > taken && total <= sent)) return;
      const at = now();
      taken = total;
      const reached = marks.findLastIndex(({ end }) => end <= total);
      const last = marks[reached];
      marks = marks.slice(reached + 1);
      if (last) learn(last, at);
      takenAt = at;
      wake.resolve();
    },
    /** Bytes sent and not yet taken. */
    onTheWay: () => sent - taken,
    /** Most that may be sent and not yet taken. */
    bound,
  };
}
