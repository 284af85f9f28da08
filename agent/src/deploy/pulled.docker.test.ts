import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ServiceConfig } from "../../contract/index.ts";
import { openDocker } from "../docker/client.ts";
import { tagImage, untagImage } from "../docker/image.ts";
import { imageTag } from "../docker/names.ts";
import { imageId } from "../docker/pull.ts";
import { createProject, createRelease, createService, deleteRelease, environmentsOf, findRelease, listPulledImages, updateRelease, type Db } from "../store/index.ts";
import { migrate } from "../store/migrate.ts";
import { bringImage, dropPulledImages } from "./pulled.ts";

const docker = openDocker("/var/run/docker.sock");
const usable = await docker.ping().then(() => true, () => false);
const TAGS = ["1", "2", "3"];
/** Of nothing else, so that no other test has them here. */
const MOVED = ["4", "5", "6"];
/** One tag that means another image after each push. */
let pushed = "1";
const [PROJECT, SERVICE] = [uuid(), uuid()];
const signal = new AbortController().signal;
let registry: Server;
let host: string;
let db: Db;

/** An image of one empty file, for a tag of its own: no two have the same id. */
function imageOf(tag: string) {
  const blob = (body: Buffer, mediaType: string) => ({ body, mediaType, size: body.length, digest: `sha256:${createHash("sha256").update(body).digest("hex")}` });
  const tar = Buffer.alloc(1024);
  const layer = blob(gzipSync(tar), "application/vnd.docker.image.rootfs.diff.tar.gzip");
  const facts = { architecture: process.arch === "x64" ? "amd64" : process.arch, os: "linux", config: { Cmd: [tag] }, rootfs: { type: "layers", diff_ids: [blob(tar, "").digest] } };
  const config = blob(Buffer.from(JSON.stringify(facts)), "application/vnd.docker.container.image.v1+json");
  const part = ({ mediaType, size, digest }: typeof layer) => ({ mediaType, size, digest });
  const type = "application/vnd.docker.distribution.manifest.v2+json";
  const manifest = blob(Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type, config: part(config), layers: [part(layer)] })), type);
  return [layer, config, manifest];
}

beforeAll(async () => {
  registry = createServer((request, answer) => {
    const [, kind, name] = /\/(manifests|blobs)\/(.+)$/.exec(request.url!) ?? [];
    const found = kind === undefined ? undefined : [...TAGS, ...MOVED].flatMap(imageOf).find(({ digest }) => digest === name) ?? imageOf(name === "moving" ? pushed : name!)[2];
    if (found === undefined) return answer.end("{}");
    answer.writeHead(200, { "content-type": found.mediaType, "content-length": found.size, "docker-content-digest": found.digest });
    answer.end(request.method === "HEAD" ? undefined : found.body);
  });
  await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
  host = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
});
const clear = async () => {
  for (const tag of [...TAGS, "moving"]) if (usable) await untagImage(docker, `${host}/app:${tag}`);
};
afterAll(async () => {
  await clear();
  registry.close();
});
beforeEach(async () => {
  await clear();
  db = new DatabaseSync(":memory:");
  migrate(db);
  createProject(db, { id: PROJECT, name: "shop" });
  createService(db, { id: SERVICE, projectId: PROJECT, environmentId: environmentsOf(db, PROJECT)[0]!.id, name: "web", shape: "web", config: configOf("x") });
});

const configOf = (reference: string) => ({ source: { type: "image", reference } }) as unknown as ServiceConfig;
const deps = () => ({ db, docker });
/** As a deployment does: brings it, gives it a name of ours. */
async function deploy(tag: string): Promise<string> {
  const id = uuid();
  createRelease(db, { id, serviceId: SERVICE, deploymentId: uuid(), shape: "web", variables: null, config: configOf(`${host}/app:${tag}`), state: "live" });
  const image = await bringImage(deps(), `${host}/app:${tag}`, { signal, log: () => {} });
  updateRelease(db, id, { imageId: image });
  await tagImage(docker, image, imageTag(PROJECT, SERVICE, id));
  return id;
}
async function forget(id: string): Promise<void> {
  await untagImage(docker, imageTag(PROJECT, SERVICE, id));
  await dropPulledImages(deps(), id);
  deleteRelease(db, id);
}
const isHere = async (tag: string) => (await imageId(docker, `${host}/app:${tag}`)) !== null;

test.skipIf(!usable)("a name that we brought goes with the last release that is made from it", async () => {
  const [one, again, two] = [await deploy("1"), await deploy("1"), await deploy("2")];
  await forget(one);
  const kept = [await isHere("1"), await isHere("2")];
  await forget(again);
  const after = [await isHere("1"), await isHere("2")];
  await forget(two);
  expect([kept, after, await isHere("2"), listPulledImages(db)]).toEqual([[true, true], [false, true], false, []]);
});

test.skipIf(!usable)("a name that was here before, or means another image by now, is not ours to remove", async () => {
  await docker.pull(`${host}/app:1`).then((stream) => new Promise((resolve) => docker.modem.followProgress(stream, resolve)));
  const [one, two] = [await deploy("1"), await deploy("2")];
  await tagImage(docker, `${host}/app:1`, `${host}/app:2`);
  await forget(one);
  await forget(two);
  expect([await isHere("1"), await isHere("2"), listPulledImages(db)]).toEqual([true, true, []]);
});

test.skipIf(!usable)("an image that a person had by its digest alone stays when our name for it goes", async () => {
  const digest = `${host}/app@${imageOf("1")[2]!.digest}`;
  await docker.pull(digest).then((stream) => new Promise((resolve) => docker.modem.followProgress(stream, resolve)));
  const [one, two] = [await deploy("1"), await deploy("3")];
  // As after a crash in the middle: brought again under its name.
  await deploy("1").then(forget);
  await forget(one);
  await forget(two);
  expect([(await imageId(docker, digest)) !== null, await isHere("3"), listPulledImages(db)]).toEqual([true, false, []]);
  await untagImage(docker, digest);
});

test.skipIf(!usable)("an image that a container of somebody's is made from stays, and is asked for again later", async () => {
  const one = await deploy("1");
  const other = await docker.createContainer({ Image: `${host}/app:1` });
  await forget(one);
  const meanwhile = await isHere("1");
  await other.remove();
  await dropPulledImages(deps());
  expect([meanwhile, await isHere("1")]).toEqual([true, false]);
});

async function push(word: string): Promise<string> {
  pushed = word;
  return deploy("moving");
}
const imageOfRelease = (id: string) => findRelease(db, id)!.imageId!;

test.skipIf(!usable)("an image whose tag has moved on goes with its own last release, and not before", async () => {
  const made: string[] = [];
  // Of the last nothing new is pushed: the same image once more.
  for (const word of [...MOVED, MOVED.at(-1)!]) made.push(await push(word));
  const images = made.map(imageOfRelease);
  const here = async () => Promise.all(images.slice(0, 3).map(async (id) => (await imageId(docker, id)) !== null));
  const seen = [await here()];
  for (const id of made) {
    await forget(id);
    seen.push(await here());
  }
  expect(seen).toEqual([[true, true, true], [false, true, true], [false, false, true], [false, false, true], [false, false, false]]);
  expect(listPulledImages(db)).toEqual([]);
});

test.skipIf(!usable)("a tag that has moved on to an image of somebody's takes nothing of theirs along", async () => {
  const digest = `${host}/app@${imageOf(MOVED[1]!)[2]!.digest}`;
  await docker.pull(digest).then((stream) => new Promise((resolve) => docker.modem.followProgress(stream, resolve)));
  const [one, two] = [await push(MOVED[0]!), await push(MOVED[1]!)];
  const first = imageOfRelease(one);
  await forget(one);
  await forget(two);
  expect([await imageId(docker, first), (await imageId(docker, digest)) !== null, listPulledImages(db)]).toEqual([null, true, []]);
  await untagImage(docker, digest);
});
