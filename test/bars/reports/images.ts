// Images and Dockerfiles as people have them: inits, health checks, entrypoints, line ends, and processes that are killed.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceConfig } from "../../../agent/contract/index.ts";
import { buildFailure } from "../../../agent/src/build/failures.ts";
import type { Files } from "../../world/git/repositories.ts";
import { tryDocker } from "../../world/docker.ts";
import { row, type Bench, type Case, type Deployed } from "./case.ts";
import { DOCKERFILE, ECHO } from "./sources.ts";

/** As the init of s6-overlay does: it goes when it is somebody's child. Stands in for it, since it cannot be had here. */
const INIT = `#!/bin/sh\nif [ $$ != 1 ]; then echo "s6-overlay-suexec: fatal: can only run as pid 1" >&2; exit 100; fi\nexec "$@"\n`;
const image = (more: string, files: Files = {}): Files => ({ Dockerfile: `FROM node:24-slim\nCOPY . /\nEXPOSE 3000\n${more}\n`, "app.js": ECHO, ...files });

async function ofImage(bench: Bench, files: Files, config: Partial<ServiceConfig> = {}): Promise<Deployed> {
  const reference = await bench.image(files);
  return bench.deploy({ shape: "web", config: { source: { type: "image", reference }, ...config } });
}
async function built(bench: Bench, files: Files): Promise<Deployed> {
  const { http, branch } = await bench.repository({ "app.js": ECHO, ...files });
  return bench.deploy({ shape: "web", config: { source: { type: "git", url: http, branch, rootDirectory: "" } } });
}
const says = ({ ended }: Deployed, word: string) => (ended.problem?.message.includes(word) ? `says ${word}` : `says ${ended.problem?.message}`);

/** What the window is told of its instance, once it is that; else what it is told in the end. */
async function healthOf({ agent }: Bench, { service }: Deployed, wanted: string): Promise<string | undefined> {
  let seen: string | undefined;
  for (let tries = 0; tries < 50 && seen !== wanted; tries += 1) {
    seen = (await agent.client.services.get({ id: service.id })).instances[0]?.health;
    await sleep(100);
  }
  return seen;
}

export const images: Case[] = [
  {
    name: "an init that must be process 1 as ENTRYPOINT",
    expected: "live, 200",
    short: true,
    async see(bench) {
      const done = await ofImage(bench, image('ENTRYPOINT ["/init"]\nCMD ["node", "/app.js"]', { init: INIT }));
      return row(done.outcome, (await bench.get(done.hostname)).status);
    },
  },
  {
    name: "an init that must be process 1 behind a script",
    expected: "APP_WANTS_PROCESS_ONE, says process 1",
    async see(bench) {
      const done = await ofImage(bench, image('ENTRYPOINT ["/entry.sh"]\nCMD ["node", "/app.js"]', { init: INIT, "entry.sh": '#!/bin/sh\n/init "$@"\n' }));
      return row(done.outcome, says(done, "process 1"));
    },
  },
  {
    name: "a start command beside an ENTRYPOINT for a shell",
    expected: "live, with the words of the command",
    async see(bench) {
      const done = await ofImage(bench, image("ENTRYPOINT node /app.js from-the-image"), { startCommand: "node /app.js from-the-command" });
      const { argv } = JSON.parse((await bench.get(done.hostname)).body) as { argv: string[] };
      return row(done.outcome, argv.join() === "from-the-command" ? "with the words of the command" : `with ${argv.join()}`);
    },
  },
  {
    name: "a HEALTHCHECK that always fails, which is not waited for",
    expected: "live, told in the log, shown as unhealthy",
    async see(bench) {
      const done = await ofImage(bench, image('HEALTHCHECK --interval=1s --retries=1 CMD false\nCMD ["node", "/app.js"]'));
      return row(done.outcome, (await bench.logOf(done)).includes("HEALTHCHECK") ? "told in the log" : "not told", `shown as ${await healthOf(bench, done, "unhealthy")}`);
    },
  },
  {
    name: "a HEALTHCHECK that always fails, which must pass",
    expected: "IMAGE_UNHEALTHY, says nobody home",
    async see(bench) {
      const done = await ofImage(bench, image('HEALTHCHECK --interval=1s --retries=1 CMD echo nobody home; exit 1\nCMD ["node", "/app.js"]'), { imageHealth: true });
      return row(done.outcome, says(done, "nobody home"));
    },
  },
  {
    name: "a HEALTHCHECK that passes late, which must pass",
    expected: "live, after it passed",
    async see(bench) {
      const begun = Date.now();
      const done = await ofImage(bench, image('HEALTHCHECK --interval=1s --retries=9 CMD test "$(cat /proc/uptime | cut -d. -f1)" -gt 0 && test -e /tmp/well\nCMD ["sh", "-c", "(sleep 3; touch /tmp/well) & exec node /app.js"]'), { imageHealth: true });
      return row(done.outcome, Date.now() - begun > 3000 ? "after it passed" : "before it passed");
    },
  },
  {
    name: "a start script with lines as on Windows",
    expected: "SCRIPT_HAS_CRLF, says /start.sh",
    short: true,
    async see(bench) {
      const done = await ofImage(bench, image('CMD ["/start.sh"]', { "start.sh": "#!/bin/sh\r\nexec node /app.js\r\n" }));
      return row(done.outcome, says(done, "/start.sh"));
    },
  },
  {
    name: "the same script, given to sh",
    expected: "SCRIPT_HAS_CRLF, says CRLF",
    async see(bench) {
      const done = await ofImage(bench, image('CMD ["sh", "/start.sh"]', { "start.sh": "set -e\r\nnode /app.js\r\n" }));
      return row(done.outcome, says(done, "CRLF"));
    },
  },
  {
    name: "a script that is not there",
    expected: "CONTAINER_NOT_STARTED, says /start.sh",
    async see(bench) {
      const done = await ofImage(bench, image('CMD ["/start.sh"]'));
      return row(done.outcome, says(done, "/start.sh"));
    },
  },
  {
    name: "a build script with lines as on Windows",
    expected: "SCRIPT_HAS_CRLF, says build.sh",
    async see(bench) {
      const done = await built(bench, { Dockerfile: "FROM node:24-slim\nCOPY . .\nRUN chmod +x build.sh\nRUN ./build.sh\n", "build.sh": "#!/bin/sh\r\necho built\r\n" });
      return row(done.outcome, says(done, "build.sh"));
    },
  },
  {
    name: "a build step that is killed (exit code 137)",
    expected: "BUILD_KILLED, says memory",
    async see(bench) {
      const done = await built(bench, { Dockerfile: "FROM node:24-slim\nRUN sh -c 'kill -9 $$'; exit $?\n" });
      return row(done.outcome, says(done, "memory"));
    },
  },
  {
    name: "an app that is killed (exit code 137)",
    expected: "APP_KILLED, says memory",
    async see(bench) {
      const done = await bench.deploy({ shape: "web", config: { port: 3000, startCommand: "sh -c 'kill -9 $$'" } });
      return row(done.outcome, says(done, "memory"));
    },
  },
  {
    name: "a heredoc, in the words of an engine from before there were any",
    expected: "DOCKERFILE_HEREDOC_UNKNOWN, line 2",
    short: true,
    async see({ folder }) {
      const context = join(folder, "heredoc");
      await mkdir(context);
      await writeFile(join(context, "Dockerfile"), "FROM node:24-slim\nRUN <<EOF\necho a\nEOF\n");
      const plain = "ERROR: failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 3: unknown instruction: ECHO";
      const { problem } = await buildFailure({ serviceName: "web", contextName: "app", engineDir: async () => "/", step: null, plain, context, dockerfile: join(context, "Dockerfile") });
      return row(problem.code, `line ${String(problem.values.line)}`);
    },
  },
  {
    name: "an image whose owner is written in upper case",
    expected: "live, its name in lower case, its tag as it is",
    async see(bench) {
      const reference = await bench.image({ Dockerfile: DOCKERFILE, "app.js": ECHO });
      const odd = reference.replace(/reports\/(.*):.*$/, "reports/$1:Tag");
      await tryDocker(["tag", reference, odd]);
      const done = await bench.deploy({ shape: "web", config: { source: { type: "image", reference: odd.replace("reports", "Reports") } } });
      const kept = (done.service.config.source as { reference?: string }).reference;
      await tryDocker(["image", "rm", odd]);
      return row(done.outcome, kept === odd ? "its name in lower case, its tag as it is" : kept);
    },
  },
];
