import { beforeEach, expect, test, vi } from "vitest";
import { addressOf } from "../address/address.ts";
import { write } from "../address/text.ts";

const id = (number: number) => `0197a000-0000-7000-8000-${String(number).padStart(12, "0")}`;
const [serverId, projectId, production, staging, serviceId] = [1, 2, 3, 4, 5].map(id) as [string, string, string, string, string];
const storage = new Map<string, string>();
vi.stubGlobal("localStorage", { getItem: (key: string) => storage.get(key) ?? null, setItem: (key: string, value: string) => storage.set(key, value) });

/** The window as it begins with what it kept. */
async function begin(kept: unknown) {
  vi.resetModules();
  storage.set("aeroplane.view", typeof kept === "string" ? kept : JSON.stringify(kept));
  return import("./view.ts");
}
beforeEach(() => storage.clear());

test("it begins where it was, as far as that can be read", async () => {
  const at = async (kept: unknown) => write((await begin(kept)).here());
  expect([
    await at({ serverId, section: "projects", projectId, serviceId, tab: "logs" }),
    await at({ serverId, section: "nowhere", projectId: {}, dialog: { type: "delete-service", serviceId } }),
    await at({ serverId: "../x", section: "settings" }),
    await at("no JSON"),
    await at("null"),
  ]).toEqual([`/servers/${serverId}/projects/${projectId}/services/${serviceId}/logs`, `/servers/${serverId}/projects`, "/projects", "/projects", "/projects"]);
});

test("a service keeps the tab that was looked at last, and a project its environment", async () => {
  const { go, here, environmentIn, useView } = await begin({});
  const project = { id: projectId, environments: [{ id: production }, { id: staging }] };
  const shown = () => environmentIn(project, useView.getState())?.id;
  go.to(addressOf({ serverId, projectId, environmentId: staging, serviceId, tab: "logs" }));
  go.service(null);
  go.section("people");
  go.project(projectId);
  expect(shown()).toBe(staging);
  go.service(serviceId);
  expect(here().tab).toBe("logs");
  go.environment(projectId, production);
  go.project(projectId);
  expect([shown(), here().environmentId, here().serviceId]).toEqual([production, null, null]);
});

test("who goes elsewhere leaves the dialog and the filter behind; what only corrects an address does not", async () => {
  const { go, here, useView } = await begin({});
  go.to(addressOf({ serverId, projectId, environmentId: production }));
  useView.setState({ filter: "web", jobsOpen: true });
  go.service(serviceId);
  go.open({ type: "delete-service", serviceId });
  expect([useView.getState().filter, useView.getState().jobsOpen]).toEqual(["web", false]);
  go.correct({ serviceId: null });
  expect(here().dialog).not.toBeNull();
  go.projectTab("shared");
  expect([here().dialog, useView.getState().filter]).toEqual([null, ""]);
  go.service(serviceId);
  expect(here().projectTab).toBe("services");
  expect(JSON.parse(storage.get("aeroplane.view")!)).toMatchObject({ serverId, projectId, serviceId });
});
