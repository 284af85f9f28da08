import { expect, test } from "vitest";
import { LONGEST_ADDRESS } from "../../contract/index.ts";
import { addressOf, fromOutside, type Address } from "./address.ts";
import { dialogs, isHarmless, type Dialog, type DialogType } from "./dialogs.ts";
import { pages, projectTabs, tabs } from "./pages.ts";
import { read, write } from "./text.ts";

const id = (number: number) => `0197a000-0000-7000-8000-${String(number).padStart(12, "0")}`;
const [serverId, projectId, environmentId, serviceId, deploymentId] = [1, 2, 3, 4, 5].map(id) as [string, string, string, string, string];

const values: Record<string, string> = { serverId: id(6), projectId, environmentId, serviceId, personId: id(7), releaseId: id(8), volumeId: id(9), runId: id(10), address: "[2001:db8::1]", act: "use-keychain" };
const every = (Object.keys(dialogs) as DialogType[]).map((type) => ({ type, ...Object.fromEntries(Object.keys(dialogs[type].takes).map((key) => [key, values[key]])) }) as Dialog);

/** Every page with everything that can be chosen on it. */
const places: Address[] = [
  ...Object.values(pages).map((row) => addressOf({ serverId, ...row })),
  addressOf(),
  addressOf({ section: "settings" }),
  ...[null, environmentId].flatMap((environment) => [
    ...projectTabs.map((projectTab) => addressOf({ serverId, projectId, environmentId: environment, projectTab })),
    ...tabs.map((tab) => addressOf({ serverId, projectId, environmentId: environment, serviceId, tab })),
    addressOf({ serverId, projectId, environmentId: environment, serviceId, deploymentId }),
  ]),
].map(({ ...place }) => (delete (place as { alone?: boolean }).alone, place));

test("every address comes back as it was, from a text that a browser leaves as it is", () => {
  const all = places.flatMap((place) => [place, ...every.map((dialog) => ({ ...place, dialog }))]);
  for (const address of all) {
    const text = write(address);
    expect(read(text), text).toEqual(address);
    expect(new URL(`http://127.0.0.1:1/#${text}`).hash).toBe(`#${text}`);
  }
  expect(new Set(all.map(write)).size).toBe(all.length);
});

test("an address reads as a path", () => {
  expect([
    write(addressOf({ serverId, projectId, environmentId, serviceId, tab: "logs" })),
    write(addressOf({ serverId, section: "server", serverTab: "doctor" })),
    write(addressOf({ serverId, projectId, environmentId, projectTab: "shared" })),
    write(addressOf({ serverId, dialog: { type: "rename-server", serverId } })),
  ]).toEqual([
    `/servers/${serverId}/projects/${projectId}/${environmentId}/services/${serviceId}/logs`,
    `/servers/${serverId}/doctor`,
    `/servers/${serverId}/projects/${projectId}/${environmentId}/shared`,
    `/servers/${serverId}/projects?dialog=rename-server&server=${serverId}`,
  ]);
});

test("what is unknown or broken leads to the nearest page above it", () => {
  const project = addressOf({ serverId, projectId });
  const dialog = `dialog=rename-server&server=${serverId}`;
  expect([
    read("/"),
    read("/servers"),
    read("/servers/me/settings"),
    read(`/servers/${serverId}`),
    read(`/servers/${serverId}/toString`),
    read("/doctor"),
    read(`/servers/${serverId}/projects/x/services/${serviceId}`),
    read(`/servers/${serverId}/projects/${projectId}/services`),
    read(`/servers/${serverId}/projects/${projectId}/services/../../x`),
    read(`/servers/${serverId}/projects/${projectId}/services/${serviceId}/__proto__`),
    read(`/servers/${serverId}/people/x?${dialog}`),
    read(`/servers/${serverId}/people?${dialog}&server=${serverId}`),
    read(`/servers/${serverId}/people?dialog=constructor`),
    read(`/servers/${serverId}/people?dialog=secrets&act=reveal`),
  ]).toEqual([
    ...[1, 2, 3].map(() => addressOf()),
    addressOf({ serverId }),
    addressOf({ serverId }),
    addressOf(),
    addressOf({ serverId }),
    project,
    project,
    addressOf({ serverId, projectId, serviceId }),
    ...[1, 2, 3, 4].map(() => addressOf({ serverId, section: "people" })),
  ]);
});

test("no text makes it fail, or brings a value in that is not ours", () => {
  const junk = ["%", "%00", "\u0000", "..", "//", "javascript:alert(1)", "?", "#", "&dialog=", "=", " ", "\ud800", "<b>", "a".repeat(300), "constructor", "dialog=delete-service", "&server=", serverId, "servers", "projects", "services"];
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
  const good = places.flatMap((place) => every.map((dialog) => write({ ...place, dialog })));
  const texts = Array.from({ length: 4000 }, () => {
    const text = good[random(good.length)]!;
    const at = random(text.length + 1);
    return text.slice(0, at) + junk[random(junk.length)]! + text.slice(at + random(8));
  });
  for (const text of [...texts, ...junk, "", "token=abc", `/${"a".repeat(LONGEST_ADDRESS)}`, `javascript:${serverId}`]) {
    const address = read(text);
    if (!text.startsWith("/") || text.length > LONGEST_ADDRESS) expect(address, text).toBeNull();
    // What was read can be written, and is then what it was.
    else expect(read(write(address!)), text).toEqual(address);
  }
});

test("a link from outside opens nothing that acts or asks for a yes", () => {
  const opened = every.filter((dialog) => fromOutside(addressOf({ dialog })).dialog !== null);
  expect(opened).toEqual([{ type: "compare-releases", serviceId, releaseId: id(8) }, { type: "shortcuts" }]);
  expect(every.filter(isHarmless)).toEqual(opened);
});
