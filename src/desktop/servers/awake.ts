import { outerAddresses } from "../ssh/network.ts";

const EVERY = 2000;
/** A timer that fires so late was asleep with its computer. */
const SLEPT = 10_000;

type Options = { onWake: () => void; every?: number; addresses?: () => string; now?: () => number };

/** Tells when this computer slept, or stands in another network; both may have ended every connection without a word. */
export function watchComputer({ onWake, every = EVERY, addresses = ownAddresses, now = Date.now }: Options): () => void {
  let last = now();
  let before = addresses();
  const timer = setInterval(() => {
    const [moment, present] = [now(), addresses()];
    const changed = moment - last > every + SLEPT || present !== before;
    last = moment;
    before = present;
    if (changed) onWake();
  }, every);
  timer.unref();
  return () => clearInterval(timer);
}

/** Those by which others are reached; containers on this computer come and go with addresses of their own link alone. */
function ownAddresses(): string {
  const reached = outerAddresses().filter(({ address }) => !/^(fe80:|169\.254\.)/.test(address));
  return reached.map(({ name, address }) => `${name} ${address}`).sort().join();
}
