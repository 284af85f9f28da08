// What comes from outside: registries in trouble, proxies in front, large variables, large headers, names in other letters.
import { setTimeout as sleep } from "node:timers/promises";
import { docker, tryDocker } from "../../world/docker.ts";
import { until } from "../../world/wait.ts";
import { row, type Bench, type Case, type Deployed } from "./case.ts";
import { startRegistry, type Trouble } from "./registry.ts";
import { DOCKERFILE, ECHO } from "./sources.ts";

/** What was told is there a moment later, on a busy machine a long one. */
const WAITED = { within: 60_000, every: 50 };

async function withRegistry<T>(act: (host: string) => Promise<T>): Promise<T> {
  const registry = await startRegistry();
  try {
    return await act(registry.host);
  } finally {
    await registry.close();
  }
}

const asImage = (trouble: Trouble, { short, ...more }: Partial<Case> & { expected: string }): Case => ({
  name: `a registry that is ${trouble}, as the image`,
  ...(short ? { short } : {}),
  ...more,
  see: (bench) =>
    withRegistry(async (host) => (await bench.deploy({ shape: "web", config: { port: 3000, source: { type: "image", reference: `${host}/${trouble}/app:1` } } })).outcome),
});

const asBase = (trouble: Trouble, expected: string): Case => ({
  name: `a registry that is ${trouble}, in FROM`,
  expected,
  see: (bench) =>
    withRegistry(async (host) => {
      const { http, branch } = await bench.repository({ Dockerfile: `FROM ${host}/${trouble}/app:1\n` });
      return (await bench.deploy({ shape: "web", config: { source: { type: "git", url: http, branch, rootDirectory: "" } } })).outcome;
    }),
});

const withCopy = (trouble: Trouble): Case => ({
  name: `a registry that is ${trouble}, of an image that is here already`,
  expected: "live, the log says that the copy is used",
  see: (bench) =>
    withRegistry(async (host) => {
      const reference = `${host}/${trouble}/app:1`;
      await docker(["tag", await bench.image({ Dockerfile: DOCKERFILE, "app.js": ECHO }), reference]);
      const done = await bench.deploy({ shape: "web", config: { source: { type: "image", reference } } });
      await tryDocker(["image", "rm", reference]);
      return row(done.outcome, (await bench.logOf(done)).includes("The copy on this server is used") ? "the log says that the copy is used" : "not in the log");
    }),
});

/** Answers what arrives; one for all cases that only look at that, and it has large variables. */
let echoes: Promise<Deployed> | undefined;
const echo = (bench: Bench): Promise<Deployed> => (echoes ??= answering(bench, ECHO, Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`LARGE_${at}`, "x".repeat(30_000)]))));

async function answering(bench: Bench, code: string, variables: Record<string, string> = {}): Promise<Deployed> {
  const reference = await bench.image({ Dockerfile: DOCKERFILE, "app.js": code });
  return bench.deploy({ shape: "web", variables, config: { source: { type: "image", reference } } });
}

export const outside: Case[] = [
  asImage("limited", { expected: "REGISTRY_LIMITED", short: true }),
  asImage("failing", { expected: "REGISTRY_FAILING" }),
  asImage("other-processor", { expected: "IMAGE_WRONG_PROCESSOR" }),
  asBase("limited", "REGISTRY_LIMITED"),
  asBase("failing", "REGISTRY_FAILING"),
  asBase("other-processor", "IMAGE_WRONG_PROCESSOR"),
  withCopy("limited"),
  withCopy("failing"),
  {
    name: "a registry that asks to come again in 1.2 s",
    expected: "asked again after it, said so",
    see: (bench) =>
      withRegistry(async (host) => {
        const begun = performance.now();
        const done = await bench.deploy({ shape: "web", config: { port: 3000, source: { type: "image", reference: `${host}/limited-once/app:1` } } });
        // What it says then tells that it was asked again.
        const again = done.outcome === "IMAGE_NOT_FOUND" && performance.now() - begun > 1200;
        return row(again ? "asked again after it" : `not asked again: ${done.outcome}`, (await bench.logOf(done)).includes("again in") ? "said so" : "not said");
      }),
  },
  {
    name: "1.2 MB of variables",
    expected: "live, all of them there",
    short: true,
    async see(bench) {
      const done = await echo(bench);
      const { size } = JSON.parse((await bench.get(done.hostname)).body) as { size: number };
      return row(done.outcome, size > 1_200_000 ? "all of them there" : `${size} bytes`);
    },
  },
  {
    name: "20 kB of headers on the page that is checked",
    expected: "live, 200",
    async see(bench) {
      const done = await answering(bench, `require("http").createServer((q, r) => r.writeHead(200, { "x-large": "x".repeat(20000) }).end("ok")).listen(process.env.PORT)`);
      return row(done.outcome, (await bench.get(done.hostname)).status);
    },
  },
  {
    name: "a hostname in other letters",
    expected: "live, xn--bcher-kva, 200",
    short: true,
    async see(bench) {
      const done = await echo(bench);
      const { hostname } = await bench.agent.client.services.update({ id: done.service.id, hostname: `bücher.${bench.run}.test` });
      let { status } = await bench.get(hostname!);
      await until("its new hostname", async () => ({ status } = await bench.get(hostname!)).status === 200, WAITED).catch(() => {});
      await bench.agent.client.services.update({ id: done.service.id, hostname: done.hostname });
      return row(done.outcome, hostname!.split(".")[0], status);
    },
  },
  {
    name: "HTTPS that ends at a proxy in front, trusted and not",
    expected: "not trusted: http and no address of its; trusted: https, example.org, 203.0.113.7, 127.0.0.1; 0 failed meanwhile; not trusted again: http",
    short: true,
    async see(bench) {
      const { hostname } = await echo(bench);
      const said = { "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7", "x-forwarded-host": "example.org" };
      const seen = async () => (JSON.parse((await bench.get(hostname, "/", said)).body) as { headers: Record<string, string> }).headers;
      // Of two that take turns the older one may answer once more.
      const seenAs = async (proto: string) => {
        let headers = await seen();
        await until(`a visitor by ${proto}`, async () => (headers = await seen())["x-forwarded-proto"] === proto, WAITED).catch(() => {});
        return headers;
      };
      const trust = (trustedProxies: string[]) => bench.agent.client.instance.change({ trustedProxies });
      const before = await seen();
      const visits = visitWhile(bench, hostname, () => trust(["127.0.0.1/32", "2001:db8::/32"]));
      const failed = await visits;
      const trusted = await seenAs("https");
      await trust([]);
      const after = await seenAs("http");
      return [
        `not trusted: ${before["x-forwarded-proto"]} and ${before["x-forwarded-for"]?.includes("203") ? "its address" : "no address of its"}`,
        `trusted: ${row(trusted["x-forwarded-proto"], trusted["x-forwarded-host"], trusted["x-forwarded-for"])}`,
        `${failed} failed meanwhile`,
        `not trusted again: ${after["x-forwarded-proto"]}`,
      ].join("; ");
    },
  },
];

/** So many of the requests that were sent from before an act until after it failed. */
async function visitWhile(bench: Bench, hostname: string, act: () => Promise<unknown>): Promise<number> {
  let [ended, failed] = [false, 0];
  const visitor = (async () => {
    while (!ended) {
      const answer = await bench.get(hostname).catch(() => null);
      if (answer?.status !== 200) failed += 1;
      await sleep(5);
    }
  })();
  await act();
  await sleep(200);
  ended = true;
  await visitor;
  return failed;
}
