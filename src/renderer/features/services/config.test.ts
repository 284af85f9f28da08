import { shapes } from "@aeroplane/agent/contract";
import { expect, test } from "vitest";
import { configOf, emptyDraft, nameFrom, wrongIn } from "./config.ts";

test("a draft becomes the config of its shape, without what the shape does not have", () => {
  const draft = { ...emptyDraft, url: " https://host/owner/My.Shop.git ", port: "3000", outputDirectory: "dist", startCommand: "node a.js", replicas: "3" };
  expect({
    git: configOf(shapes.web, draft),
    site: configOf(shapes.static, draft),
    worker: configOf(shapes.worker, { ...draft, from: "image", reference: "busybox:1" }),
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
  expect(Object.keys(wrongIn(shapes.web, draft)).sort()).toEqual(["healthPath", "healthSeconds", "hostname", "name", "port", "replicas", "url"]);
});
