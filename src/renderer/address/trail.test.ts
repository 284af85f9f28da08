import { expect, test } from "vitest";
import { addressOf, type Address } from "./address.ts";
import { read, write } from "./text.ts";
import { createTrail } from "./trail.ts";

const id = (number: number) => `0197a000-0000-7000-8000-${String(number).padStart(12, "0")}`;
const serverId = id(1);
const servers = addressOf({ serverId });
const people = addressOf({ serverId, section: "people" });
const doctor = addressOf({ serverId, section: "server", serverTab: "doctor" });
const rename = { type: "rename-server", serverId } as const;

/** A browser's history: it goes back a moment later, and tells of it. */
function browser(fragment = "", state: unknown = null) {
  const entries = [{ fragment, state }];
  let at = 0;
  let waiting: (() => void)[] = [];
  let reloads = 0;
  const history = {
    get state(): unknown {
      return entries[at]!.state;
    },
    pushState(given: unknown, _title: string, url?: string | URL | null) {
      entries.splice(++at, entries.length, { fragment: String(url).slice(1), state: structuredClone(given) });
    },
    replaceState(given: unknown, _title: string, url?: string | URL | null) {
      entries[at] = { fragment: String(url).slice(1), state: structuredClone(given) };
    },
    back: () => void waiting.push(() => (at = Math.max(0, at - 1))),
    forward: () => void waiting.push(() => (at = Math.min(entries.length - 1, at + 1))),
  };
  let address: Address = servers;
  const trail = createTrail({ current: () => address, show: (to) => void (address = to) });
  const start = () => trail.start({ history, fragment: () => entries[at]!.fragment, reload: () => (reloads += 1) });
  start();
  return {
    trail,
    start,
    history,
    go(to: Address, move?: { replace?: boolean }) {
      address = to;
      trail.goTo(to, move);
    },
    /** What was asked of the browser happens; each is told by two events. */
    settle() {
      for (const step of waiting.splice(0)) {
        step();
        trail.arrived();
        trail.arrived();
      }
    },
    /** As a person types it behind the "#". */
    type(text: string) {
      entries.splice(++at, entries.length, { fragment: text, state: null });
      trail.arrived();
      trail.arrived();
    },
    said: () => ({ entries: entries.map((entry) => entry.fragment), at, shown: write(address) }),
    reloads: () => reloads,
  };
}
const texts = (...addresses: Address[]) => addresses.map(write);

test("each place is an entry, once; a correction is none; back and forward bring the window there", () => {
  const { go, trail, history, settle, said } = browser();
  go(servers);
  go(people);
  go(people);
  go({ ...people, section: "activity" });
  go(doctor, { replace: true });
  expect(said()).toEqual({ entries: texts(servers, people, doctor), at: 2, shown: write(doctor) });
  history.back();
  settle();
  expect([said().shown, trail.canGoBack(), trail.canGoForward()]).toEqual([write(people), true, true]);
  trail.back();
  trail.back();
  settle();
  trail.back();
  settle();
  expect([said().shown, trail.canGoBack()]).toEqual([write(servers), false]);
  trail.forward();
  settle();
  expect(said().shown).toBe(write(people));
  go(doctor);
  expect([said().entries, trail.canGoForward()]).toEqual([texts(servers, people, doctor), false]);
});

test("a dialog that is closed leaves nothing to go back to, whether by its button or by the browser", () => {
  const { go, history, settle, said } = browser();
  go(people);
  go({ ...people, dialog: rename });
  expect(said().at).toBe(2);
  go(people);
  settle();
  expect(said()).toMatchObject({ at: 1, shown: write(people) });
  go({ ...people, dialog: rename });
  history.back();
  settle();
  expect(said()).toMatchObject({ at: 1, shown: write(people) });
  history.forward();
  settle();
  expect(said()).toMatchObject({ at: 2, shown: write({ ...people, dialog: rename }) });
});

test("a move that is made while the browser still goes back from a dialog comes after it", () => {
  const { go, settle, said } = browser();
  go({ ...servers, dialog: rename });
  go(servers);
  go(people);
  go(doctor, { replace: true });
  settle();
  expect(said()).toEqual({ entries: texts(servers, doctor), at: 1, shown: write(doctor) });
  go({ ...doctor, dialog: rename });
  go(doctor);
  go(people, { replace: true });
  settle();
  expect(said()).toMatchObject({ at: 1, shown: write(people) });
});

test("a dialog that leads elsewhere, to another one or over another page gives its entry away", () => {
  const { go, settle, said } = browser();
  go({ ...people, dialog: { type: "uninstall-server", serverId } });
  go({ ...people, dialog: { type: "forget-server", serverId } });
  expect(said().entries).toEqual(texts(servers, { ...people, dialog: { type: "forget-server", serverId } }));
  go(doctor);
  settle();
  expect(said()).toEqual({ entries: texts(servers, doctor), at: 1, shown: write(doctor) });
});

test("the palette leaves what lies before and after its page in reach", () => {
  const { go, history, trail, settle, said } = browser();
  go(people);
  history.back();
  settle();
  go({ ...servers, dialog: { type: "palette" } });
  go(servers);
  expect(trail.canGoForward()).toBe(true);
  expect(said()).toEqual({ entries: texts(servers, people), at: 0, shown: write(servers) });
});

test("a fragment of somebody else only navigates; our own opens its dialog again", () => {
  const asking = write({ ...people, dialog: { type: "forget-server", serverId } });
  const outside = browser(asking);
  expect(outside.said()).toEqual({ entries: [write(people)], at: 0, shown: write(people) });
  outside.type(asking);
  outside.type(write({ ...doctor, dialog: { type: "shortcuts" } }));
  expect(outside.said()).toEqual({ entries: [write(people), write(people), write({ ...doctor, dialog: { type: "shortcuts" } })], at: 2, shown: write({ ...doctor, dialog: { type: "shortcuts" } }) });
  outside.trail.follow(asking);
  outside.trail.follow("no address");
  expect(outside.said().shown).toBe(write(people));
  const own = browser(asking, { aeroplane: { at: 1, below: write(people) } });
  expect(own.said().shown).toBe(asking);
  own.go(people);
  own.settle();
  expect(own.said().shown).toBe(write(people));
});

test("a page that is loaded again stands where it stood", () => {
  const { go, start, said, trail, settle } = browser();
  go(people);
  start();
  expect(said()).toEqual({ entries: texts(servers, people), at: 1, shown: write(people) });
  trail.back();
  settle();
  expect(said().shown).toBe(write(servers));
});

test("no fragment that is no address stays, and a token is taken as at a start", () => {
  const { go, type, said, reloads, history } = browser("token=secret");
  expect(said().entries).toEqual(texts(servers));
  go(people);
  type("nonsense");
  expect(said()).toEqual({ entries: texts(servers, people, people), at: 2, shown: write(people) });
  type("token=secret");
  const [once] = [reloads()];
  expect(once).toBeGreaterThan(0);
  type("code=secret");
  expect(reloads()).toBeGreaterThan(once);
  expect(JSON.stringify(history.state)).not.toContain("secret");
});

test("a state that is not ours is an entry of somebody else", () => {
  const asking = write({ ...people, dialog: rename });
  for (const state of [null, 1, "x", {}, { aeroplane: null }, { aeroplane: { at: "1", below: null } }, { aeroplane: { at: 1, below: 2 } }]) {
    expect(read(browser(asking, state).said().shown)?.dialog, JSON.stringify(state)).toBeNull();
  }
});

test("a link of the system over the open palette leaves the page below it in reach", () => {
  const { go, trail, settle, said } = browser();
  go(servers);
  go(people);
  go({ ...people, dialog: { type: "palette" } });
  trail.follow(write(doctor));
  expect(said()).toEqual({ entries: texts(servers, people, doctor), at: 2, shown: write(doctor) });
  trail.back();
  settle();
  expect(said().shown).toBe(write(people));
});
