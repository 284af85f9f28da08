import { describe as describeProblem, serviceConfig, shapes, type Service, type ServiceConfig } from "@aeroplane/agent/contract";
import { expect, test } from "vitest";
import { configOf, draftOf, editedConfig, emptyDraft, refusedIn, reshaped, wrongIn, type Draft, type DraftField } from "./config.ts";

const source = { type: "image" as const, reference: "nginx:1" };
const service = (config: Partial<ServiceConfig>, shape: "web" | "worker" = "web") => ({ shape, traits: shapes[shape], name: "web", hostname: null, config: serviceConfig.parse({ source, ...config }) }) as unknown as Service;
const sent = (of: Service, typed: Partial<Draft>) => JSON.parse(JSON.stringify(editedConfig(of.traits, { ...draftOf(of), ...typed }, of.config, Object.keys(typed) as DraftField[]))) as ServiceConfig;
const wrong = (typed: Partial<Draft>) => Object.keys(wrongIn(shapes.web, { ...emptyDraft, name: "web", from: "image", reference: "nginx:1", ...typed })).sort();

test("a path alone is said in the words that every agent knows, and what is more in its own", () => {
  const plain = sent(service({}), { healthPath: "/ready" });
  const more = sent(service({ healthPath: "/ready" }), { healthStatuses: "204", healthHeaders: "Accept: text/html\n\nX-A:b", healthTimeout: "3" });
  expect([plain.health, plain.healthPath]).toEqual([undefined, "/ready"]);
  expect(more.health).toEqual({ by: "http", path: "/ready", statuses: "204", headers: { Accept: "text/html", "X-A": "b" }, timeoutSeconds: 3 });
  expect([draftOf(service(more)).healthHeaders, draftOf(service(more)).healthStatuses]).toEqual(["Accept: text/html\nX-A: b", "204"]);
});

test("another kind of check is kept, and taken back", () => {
  const checked = sent(service({ healthPath: "/ready" }), { health: "tcp" });
  expect([checked.health, checked.healthPath]).toEqual([{ by: "tcp" }, null]);
  expect([sent(service(checked), { health: "http" }).health, sent(service({}), { health: "command", healthCommand: "true" }).health]).toEqual([undefined, { by: "command", command: "true" }]);
  expect([draftOf(service({}, "worker")).health, sent(service({}, "worker"), { health: "up", startSeconds: "5" })]).toMatchObject(["up", { startSeconds: 5 }]);
});

test("a worker that is asked on its port has one", () => {
  expect(Object.keys(wrongIn(shapes.worker, { ...emptyDraft, name: "jobs", from: "image", reference: "nginx:1", health: "tcp" }))).toEqual(["port"]);
  expect([sent(service({}, "worker"), { health: "tcp", port: "3000" }).port, sent(service({ port: 3000, health: { by: "tcp" } }, "worker"), { health: "up" }).port]).toEqual([3000, null]);
});

test("settings from before there was a choice say what they said, until the check is edited", () => {
  const older = service({ healthPath: "/ready", imageHealth: true });
  expect(draftOf(older).health).toBe("image");
  expect(sent(older, { drainSeconds: "3" })).toMatchObject({ healthPath: "/ready", imageHealth: true });
  expect(sent(older, { health: "http" })).toMatchObject({ healthPath: "/ready", imageHealth: false });
});

test("a kind of check that only a newer agent knows stays", () => {
  const newer = service({});
  Object.assign(newer.config, { health: { by: "of-later", depth: 3 } });
  expect([draftOf(newer).health, sent(newer, { drainSeconds: "3" }).health]).toEqual(["of-later", { by: "of-later", depth: 3 }]);
});

test("an agent that names no such settings is sent none", () => {
  const { settings: _, ...older } = shapes.web;
  const config = configOf(older, { ...emptyDraft, from: "image", reference: "nginx:1", health: "tcp", healthPath: "/ready", imageHealth: "yes", startSeconds: "5" });
  expect([config.health, config.startSeconds, config.healthPath, config.imageHealth]).toEqual([undefined, undefined, "/ready", true]);
});

test("what is wrong with a check is said at its field", () => {
  expect(wrong({ healthStatuses: "20x", healthHeaders: "Accept", healthTimeout: "0", healthInterval: "99", startSeconds: "-1", healthPath: "ready" })).toEqual(["healthHeaders", "healthInterval", "healthPath", "healthStatuses", "healthTimeout", "startSeconds"]);
  expect(wrong({ health: "command" })).toEqual(["healthCommand"]);
  const refused = describeProblem("INVALID_INPUT", { field: "config.health.command", why: "&& would need a shell" });
  expect(Object.keys(refusedIn(refused, emptyDraft) ?? {})).toEqual(["healthCommand"]);
});

test("another shape begins with its own check, unless one was chosen", () => {
  expect([reshaped(emptyDraft, shapes.web, shapes.worker).health, reshaped({ ...emptyDraft, health: "tcp" }, shapes.web, shapes.worker).health]).toEqual(["up", "tcp"]);
});
