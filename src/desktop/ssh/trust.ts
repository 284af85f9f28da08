import { fail, type Failure } from "@aeroplane/agent/contract";
import type { HostKeys, KeyPlace } from "./host-keys.ts";
import { fingerprint, keyType, type KnownHost } from "./known-hosts.ts";
import type { Pin, Pins } from "./pins.ts";

/** A key by which the host is known otherwise, for the sheet. */
export type OtherKey = { keyType: string; fingerprint: string; where: string };
export type Judged =
  | { state: "trusted" }
  /** `before`: ssh knows the shown key, and this server had another one when last signed in to. */
  | { state: "ask"; before: OtherKey | null }
  | { state: "refused"; failure: Failure };

export type Trust = ReturnType<typeof createTrust>;
const OWN_RECORD = "the app's own record";

/** What known_hosts and the own pin say together of a key that a host shows. */
export function createTrust({ hostKeys, pins }: { hostKeys: HostKeys; pins: Pins }) {
  async function about(place: KeyPlace, pin: string): Promise<{ types: string[]; judge(key: Buffer): Judged }> {
    const [known, pinned] = [await hostKeys.about(place), await pins.of(pin)];
    const types = [...new Set([...known.types, ...pinned.map(({ type }) => type)])];
    return { types, judge: (key) => decide(place.address, known.judge(key), key, pinned) };
  }

  async function accept(place: KeyPlace, pin: string, key: Buffer, { write }: { write: boolean }): Promise<void> {
    if (write) await hostKeys.trust(place, key);
    await pins.set(pin, pinFor(key));
  }

  async function forget(place: KeyPlace, pin: string): Promise<{ removed: string[]; left: string[] }> {
    const done = await hostKeys.forget(place);
    await pins.forget(pin);
    return done;
  }

  /** What the system's ssh has taken by known_hosts: the own record still has its say. */
  async function checkPin(address: string, pin: string, key: Pin): Promise<void> {
    const contradicted = otherThan(key, await pins.of(pin));
    if (contradicted) throw otherMachine(address, key, contradicted);
    await pins.set(pin, key);
  }

  return { about, accept, checkPin, forget, forgetServer: pins.forgetServer };
}

function decide(address: string, verdict: ReturnType<Awaited<ReturnType<HostKeys["about"]>>["judge"]>, key: Buffer, pinned: Pin[]): Judged {
  const otherPin = otherThan(pinFor(key), pinned);
  const samePin = pinned.some((one) => one.fingerprint === fingerprint(key));
  switch (verdict.state) {
    case "revoked":
      return { state: "refused", failure: fail("HOST_KEY_REVOKED", { address, file: placeOf(verdict.entry) }) };
    case "changed": {
      const edited = samePin ? `This server had the key that it shows now when it was last signed in to: ${verdict.entry.file} was edited since.` : undefined;
      return { state: "refused", failure: changed(address, pinFor(key), fingerprint(verdict.entry.key), placeOf(verdict.entry), edited) };
    }
    case "known":
      return otherPin ? { state: "ask", before: ownKey(otherPin) } : { state: "trusted" };
    case "unknown":
      if (samePin) return { state: "trusted" };
      // Known hosts says nothing against it; the own record does.
      if (pinned.length > 0) return { state: "refused", failure: otherMachine(address, pinFor(key), otherPin ?? pinned[0]!) };
      return { state: "ask", before: null };
  }
}

/** The pin that this key contradicts: one of its type, where the key itself is not pinned. */
const otherThan = (key: Pin, pinned: Pin[]) => (pinned.some(({ fingerprint: one }) => one === key.fingerprint) ? undefined : pinned.find(({ type }) => type === key.type));

const otherMachine = (address: string, key: Pin, known: Pin) =>
  changed(address, key, known.fingerprint, OWN_RECORD, "Another machine answers at the same address, or the machine was reinstalled.");

function changed(address: string, key: Pin, known: string, file: string, detail?: string): Failure {
  return fail("HOST_KEY_CHANGED", { address, file, keyType: key.type, fingerprint: key.fingerprint, known }, { detail });
}

const pinFor = (key: Buffer): Pin => ({ type: keyType(key), fingerprint: fingerprint(key) });
const ownKey = ({ type, fingerprint: shown }: Pin): OtherKey => ({ keyType: type, fingerprint: shown, where: OWN_RECORD });
const placeOf = ({ file, line }: KnownHost) => `${file}, line ${line}`;
