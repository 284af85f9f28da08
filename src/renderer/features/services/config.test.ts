import { expect, test } from "vitest";
import { configOf, emptyDraft, nameFrom, wrongIn } from "./config.ts";

test("a draft becomes the config of its kind, without what the kind does not have", () => {
  const draft = { ...emptyDraft, url: " https://host/owner/My.Shop.git ", port: "3000", outputDirectory: "dist", startCommand: "node a.js", replicas: "3" };
  expect({
    git: configOf("git", draft),
    site: configOf("static", draft),
    worker: configOf("worker", { ...draft, from: "image", reference: "busybox:1" }),
    name: nameFrom("git", { ...draft, url: "https://host/owner/My.Shop.git" }),
    imageName: nameFrom("image", { ...draft, reference: "ghcr.io/owner/9-web_app:1.2" }),
  }).toEqual({
    git: {
      source: { type: "git", url: "https://host/owner/My.Shop.git", branch: "main", rootDirectory: "" },
      port: 3000,
      healthPath: null,
      healthSeconds: 60,
      drainSeconds: 10,
      replicas: 3,
      startCommand: "node a.js",
      site: null,
    },
    site: {
      source: { type: "git", url: "https://host/owner/My.Shop.git", branch: "main", rootDirectory: "" },
      port: null,
      healthPath: null,
      healthSeconds: 60,
      drainSeconds: 10,
      replicas: 1,
      startCommand: null,
      site: { outputDirectory: "dist", buildCommand: null, buildImage: "node:24-slim" },
    },
    worker: {
      source: { type: "image", reference: "busybox:1" },
      port: null,
      healthPath: null,
      healthSeconds: 60,
      drainSeconds: 10,
      replicas: 3,
      startCommand: "node a.js",
      site: null,
    },
    name: "my-shop",
    imageName: "web-app",
  });
});

test("what the contract refuses is said at its field", () => {
  const draft = { ...emptyDraft, name: "Web", hostname: "nodots", url: "ext::sh -c x", port: "99999", healthPath: "health", healthSeconds: "x", replicas: "9" };
  expect(Object.keys(wrongIn("git", draft)).sort()).toEqual(["healthPath", "healthSeconds", "hostname", "name", "port", "replicas", "url"]);
});
