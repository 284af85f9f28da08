import { describe as describeProblem } from "@aeroplane/agent/contract";
import { shapes, type Service } from "@aeroplane/agent/contract";
import { expect, test } from "vitest";
import type { Draft, DraftField } from "./config.ts";
import { configOf, draftOf, editedConfig, emptyDraft, nameFrom, reshaped, wrongEdits, wrongIn, refusedIn } from "./config.ts";

test("a draft becomes the config of its shape, without what the shape does not have", () => {
  const draft = { ...emptyDraft, url: " https://host/owner/My.Shop.git ", port: "3000", outputDirectory: "dist", startCommand: "node a.js", replicas: "3" };
  expect({
    git: configOf(shapes.web, draft),
    site: configOf(shapes.static, draft),
    worker: configOf(shapes.worker, { ...draft, health: "up", from: "image", reference: "busybox:1" }),
    name: nameFrom(shapes.web, { ...draft, url: "https://host/owner/My.Shop.git" }),
    imageName: nameFrom(shapes.web, { ...draft, from: "image", reference: "ghcr.io/owner/9-web_app:1.2" }),
  }).toEqual({
    git: {
      source: { type: "git", url: "https://host/owner/My.Shop.git", branch: "main", rootDirectory: "" },
      port: 3000,
      healthPath: null,
      healthSeconds: 60,
      drainSeconds: 10,
      replicas: 3,
      startCommand: "node a.js", imageHealth: false,
      site: null,
    },
    site: {
      source: { type: "git", url: "https://host/owner/My.Shop.git", branch: "main", rootDirectory: "" },
      port: null,
      healthPath: null,
      healthSeconds: 60,
      drainSeconds: 10,
      replicas: 1,
      startCommand: null, imageHealth: false,
      site: { outputDirectory: "dist", buildCommand: null, buildImage: "node:24-slim" },
    },
    worker: {
      source: { type: "image", reference: "busybox:1" },
      port: null,
      healthPath: null,
      healthSeconds: 60,
      drainSeconds: 10,
      replicas: 3,
      startCommand: "node a.js", imageHealth: false,
      site: null,
    },
    name: "my-shop",
    imageName: "web-app",
  });
});

test("a worker has to stay up for ten seconds at first, and what was typed stays", () => {
  const worker = reshaped(emptyDraft, shapes.web, shapes.worker);
  const typed = { ...worker, healthSeconds: "25" };
  expect([worker.healthSeconds, reshaped(worker, shapes.worker, shapes.web).healthSeconds, reshaped(typed, shapes.worker, shapes.web).healthSeconds]).toEqual(["10", "60", "25"]);
});

test("what the contract refuses is said at its field", () => {
  const draft = { ...emptyDraft, name: "Web", hostname: "nodots", url: "ext::sh -c x", port: "99999", healthPath: "health", healthSeconds: "x", replicas: "9" };
  expect(Object.keys(wrongIn(shapes.web, draft)).sort()).toEqual(["healthPath", "healthSeconds", "hostname", "name", "port", "replicas", "url"]);
});

const config = (more: Partial<Service["config"]>): Service["config"] => ({
  source: { type: "git", url: "https://host/owner/shop", branch: "main", rootDirectory: "" },
  port: null, healthPath: null, healthSeconds: 60, drainSeconds: 10, replicas: 1, startCommand: null, imageHealth: false, site: null, ...more,
});
const service = (more: Partial<Service>): Service => ({ shape: "web", traits: shapes.web, config: config({}), name: "web", hostname: null, ...more }) as Service;
/** What would be sent, and what is to be corrected first. */
function edit(of: Service, typed: Partial<Draft>) {
  const draft = { ...draftOf(of), ...typed };
  const changed = Object.keys(typed) as DraftField[];
  return { sent: editedConfig(of.traits, draft, of.config, changed), wrong: Object.keys(wrongEdits(of, draft, changed)) };
}

test("what only a newer agent knows of a service stays when other settings are saved", () => {
  const deep = config({ source: { type: "git", url: "https://host/owner/shop", branch: "main", rootDirectory: "", sparse: true }, site: { outputDirectory: "", buildCommand: null, buildImage: "node:24-slim", cache: "day" }, healthSeconds: 3600, gpu: 1 });
  expect(edit(service({ config: deep }), { drainSeconds: "30" })).toEqual({ sent: { ...deep, drainSeconds: 30 }, wrong: [] });
  expect(edit(service({ config: deep }), { branch: "next" })).toEqual({ sent: { ...deep, source: { ...deep.source, branch: "next" } }, wrong: [] });
  expect(edit(service({ traits: shapes.static, shape: "static", config: deep }), { outputDirectory: "dist" }).sent?.site).toEqual({ ...deep.site, outputDirectory: "dist" });
  expect(edit(service({ config: deep }), { from: "image", reference: "nginx:1" }).sent?.source).toEqual({ type: "image", reference: "nginx:1" });
});

test("what a repository holds elsewhere is typed, kept and left out again", () => {
  const service = (source: object) => ({ name: "web", hostname: null, traits: shapes.web, config: { ...configOf(shapes.web, emptyDraft), source } }) as unknown as Service;
  const git = { type: "git", url: "https://host/a.git", branch: "main", rootDirectory: "" };
  const draft = draftOf(service({ ...git, lfs: true }));
  const off = editedConfig(shapes.web, { ...draft, lfs: "no" }, service({ ...git, lfs: true, submodules: true }).config, ["lfs"]);
  expect([draft.lfs, draft.submodules, JSON.parse(JSON.stringify(editedConfig(shapes.web, draft, service(git).config, ["lfs"])?.source))]).toEqual(["yes", "no", { ...git, lfs: true }]);
  expect(JSON.parse(JSON.stringify(off?.source))).toEqual(git);
});

test("how a site answers is typed, kept and taken away, and said at its line where it cannot be", () => {
  const of = (site: object) => service({ traits: shapes.static, shape: "static", config: config({ site: { outputDirectory: "", buildCommand: null, buildImage: "node:24-slim", ...site } }) });
  const said = { spa: true, cleanUrls: false, dotfiles: true, cacheRules: [{ pattern: "/assets/*", value: "public, max-age=60" }, { pattern: "*.pdf", value: "no-store" }] };
  const typed = { spa: "yes", cleanUrls: "no", dotfiles: "yes", cacheRules: " /assets/*  public, max-age=60\n\n*.pdf no-store\n" };
  const { spa, cleanUrls, dotfiles, cacheRules } = draftOf(of(said));
  expect({ spa, cleanUrls, dotfiles, cacheRules }).toEqual({ ...typed, cacheRules: "/assets/* public, max-age=60\n*.pdf no-store" });
  expect(edit(of({}), typed)).toEqual({ sent: of(said).config, wrong: [] });
  expect(JSON.parse(JSON.stringify(edit(of(said), { spa: "no", cleanUrls: "yes", dotfiles: "no", cacheRules: " " }).sent))).toEqual(of({}).config);
  const wrong = (lines: string) => wrongIn(shapes.static, { ...emptyDraft, name: "docs", url: "https://host/a.git", cacheRules: lines }).cacheRules;
  expect([wrong("/a no-cache\nassets/* no-cache"), wrong("/a"), wrong("/{file./etc/hostname} no-store"), wrong("/a {file./etc/hostname}"), wrong("/a maxage=60"), wrong("/a|b no-store"), wrong(Array.from({ length: 11 }, () => "/a no-cache").join("\n"))]).toEqual([
    "Line 2: A path such as /assets/* or *.woff2",
    "Line 1: Words of Cache-Control such as public, max-age=3600",
    "Line 1: A path such as /assets/* or *.woff2",
    "Line 1: Words of Cache-Control such as public, max-age=3600",
    "Line 1: Words of Cache-Control such as public, max-age=3600",
    "Line 1: A path such as /assets/* or *.woff2",
    expect.stringMatching(/10/),
  ]);
});

test("an agent that does not name how a site answers is sent nothing of it", () => {
  const before = { ...shapes.static, settings: [] };
  const of = (traits: Service["traits"]) => service({ traits, shape: "static", config: config({ site: { outputDirectory: "", buildCommand: null, buildImage: "node:24-slim" } }) });
  const typed = { outputDirectory: "dist", spa: "yes", cleanUrls: "no", dotfiles: "yes", cacheRules: "/a no-store" };
  const kept = { outputDirectory: "dist", buildCommand: null, buildImage: "node:24-slim" };
  expect([before, { ...before, settings: undefined }].map((traits) => edit(of(traits), typed).sent?.site)).toEqual([kept, kept]);
  expect(edit(of({ ...before, settings: ["spa"] }), typed).sent?.site).toEqual({ ...kept, spa: true });
});

test("a limit of memory is typed, kept and taken away", () => {
  const limited = service({ config: config({ memoryMiB: 512 }) });
  expect([draftOf(limited).memoryMiB, draftOf(service({})).memoryMiB]).toEqual(["512", ""]);
  expect(edit(service({}), { memoryMiB: "256" })).toEqual({ sent: config({ memoryMiB: 256 }), wrong: [] });
  expect(JSON.parse(JSON.stringify(edit(limited, { memoryMiB: "" }).sent))).toEqual(config({}));
  expect([edit(limited, { memoryMiB: "8" }).wrong, edit(limited, { memoryMiB: "x" }).wrong]).toEqual([["memoryMiB"], ["memoryMiB"]]);
});

test("how a process ends, what it may use and whether it begins again is typed, kept and taken back", () => {
  const typed = { stopSignal: "sigint", stopSeconds: "30", restart: "onFailure", init: "no", processors: "0.5" };
  const set = { stopSignal: "SIGINT", stopSeconds: 30, restart: "onFailure", init: false, processors: 0.5 } as const;
  expect(edit(service({}), typed)).toEqual({ sent: config(set), wrong: [] });
  const back = edit(service({ config: config(set) }), { stopSignal: "", stopSeconds: "", restart: "always", init: "", processors: "" });
  expect([JSON.parse(JSON.stringify(back.sent)), draftOf(service({ config: config(set) })).init]).toEqual([config({}), "no"]);
  expect(edit(service({}), { stopSignal: "HUP", stopSeconds: "301", processors: "0" }).wrong).toEqual(["stopSignal", "stopSeconds", "processors"]);
});

test("more private names are typed with commas or white space, kept and taken back", () => {
  const set = config({ names: ["db", "cache"] });
  expect([edit(service({}), { names: " db,\ncache " }), draftOf(service({ config: set })).names]).toEqual([{ sent: set, wrong: [] }, "db, cache"]);
  expect(JSON.parse(JSON.stringify(edit(service({ config: set }), { names: " " }).sent))).toEqual(config({}));
  expect([edit(service({}), { names: "Db" }).wrong, edit(service({}), { names: "db db" }).wrong]).toEqual([["names"], ["names"]]);
  const before = { ...shapes.web, settings: ["processors"] };
  expect(configOf(before, { ...emptyDraft, names: "db" })).not.toHaveProperty("names");
  const taken = describeProblem("PRIVATE_NAME_TAKEN", { name: "db", service: "store", how: "its settings have it" });
  const message = "The private name db belongs to the service store: its settings have it.";
  expect([refusedIn(taken, { ...emptyDraft, names: "cache db" }), refusedIn(taken, { ...emptyDraft, name: "db" }), refusedIn(taken, emptyDraft)]).toEqual([{ names: message }, { name: message }, {}]);
});

test("ports of the server are typed one a line, kept and taken back, and a wrong line is named", () => {
  const set = config({ publish: [{ port: 5432, target: null, protocol: "tcp", address: "0.0.0.0" }, { port: 53, target: 5353, protocol: "udp", address: "203.0.113.7" }] });
  expect([edit(service({}), { publish: "5432\n\n 53:5353/udp on 203.0.113.7 " }), draftOf(service({ config: set })).publish]).toEqual([{ sent: set, wrong: [] }, "5432\n53:5353/udp on 203.0.113.7"]);
  expect(JSON.parse(JSON.stringify(edit(service({ config: set }), { publish: "" }).sent))).toEqual(config({}));
  for (const publish of ["x", "0", "80:99999", "80/sctp", "80 on ::", "80\n80"]) expect(edit(service({}), { publish }).wrong).toEqual(["publish"]);
  expect(wrongIn(shapes.web, { ...emptyDraft, url: "https://host/a/b", name: "a", publish: "5432\nx" }).publish).toMatch(/^Line 2: /);
  const taken = describeProblem("SERVER_PORT_TAKEN", { port: "5432/tcp", holder: "postgres, process 7" });
  expect([refusedIn(taken, { ...emptyDraft, publish: "5432" }), refusedIn(taken, { ...emptyDraft, publish: "5433" })]).toEqual([{ publish: "The port 5432/tcp of this server is taken by postgres, process 7." }, {}]);
});

test("words of traits that nobody here has heard of reset nothing", () => {
  const traits = { ...shapes.web, process: "of-later", port: "of-later", makes: "of-later" };
  const kept = config({ port: 3000, healthPath: "/health", replicas: 3, startCommand: "run" });
  expect(edit(service({ traits, config: kept }), { drainSeconds: "30" })).toEqual({ sent: { ...kept, drainSeconds: 30 }, wrong: [] });
  expect(edit(service({ traits, config: kept }), { name: "shop" })).toEqual({ sent: null, wrong: [] });
});

test("a service from a source that nobody here has heard of can be renamed, and its source stays", () => {
  const tape = { type: "tape", reel: 7 };
  const strange = service({ traits: { ...shapes.web, sources: ["git", "tape"] }, config: config({ source: tape }) });
  expect(edit(strange, { name: "shop" })).toEqual({ sent: null, wrong: [] });
  expect(edit(strange, { name: "Shop" }).wrong).toEqual(["name"]);
  expect(edit(strange, { drainSeconds: "30" }).sent?.source).toEqual(tape);
  // One that the agent does not take itself has to be given anew.
  expect(edit(service({ config: config({ source: tape }) }), { drainSeconds: "30" }).wrong).toEqual(["url"]);
});

test("how many instances there may be is the agent's word", () => {
  const traits = { ...shapes.web, replicas: 16 };
  const wrong = (replicas: string) => edit(service({ traits }), { replicas }).wrong;
  expect([wrong("12"), wrong("17"), wrong("0"), wrong("x"), edit(service({ traits, config: config({ replicas: 12 }) }), { port: "80" }).wrong]).toEqual([[], ["replicas"], ["replicas"], ["replicas"], []]);
});

test("a name or a hostname that is taken is told below its field, until another one is typed", () => {
  const draft = { ...emptyDraft, name: "web", hostname: "shop.example.com" };
  const taken = (code: "NAME_TAKEN" | "HOSTNAME_TAKEN", values: Record<string, string>) => refusedIn(describeProblem(code, values as never), draft);
  expect({
    name: taken("NAME_TAKEN", { name: "web", what: "service" }),
    corrected: taken("NAME_TAKEN", { name: "api", what: "service" }),
    hostname: taken("HOSTNAME_TAKEN", { hostname: "shop.example.com", service: "old" }),
    project: taken("NAME_TAKEN", { name: "web", what: "project" }),
    other: refusedIn(describeProblem("BUSY", { what: "web", job: "deletion" }), draft),
  }).toEqual({
    name: { name: "The name web is already used by another service." },
    corrected: {},
    hostname: { hostname: "The hostname shop.example.com already belongs to the service old." },
    project: null,
    other: null,
  });
});
