// Signing in to a real sshd: keys, host keys, questions, refusals. Each in the words that a person gets.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { Failure } from "@aeroplane/agent/contract";
import { createRouterClient, ORPCError } from "@orpc/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Answer, Auth, ServerLogin } from "../../src/contract/index.ts";
import { createAgentClient } from "../../src/desktop/agent/client.ts";
import { forwardAgent } from "../../src/desktop/agent/forward.ts";
import { createPrompts } from "../../src/desktop/prompts/prompts.ts";
import { createServersFile } from "../../src/desktop/servers/file.ts";
import { createNotices } from "../../src/desktop/servers/notices.ts";
import { createServers } from "../../src/desktop/servers/servers.ts";
import { createOpenWay } from "../../src/desktop/servers/session.ts";
import { createKeychain } from "../../src/desktop/keychain/keychain.ts";
import { createHostKeys } from "../../src/desktop/ssh/host-keys.ts";
import { createSsh } from "../../src/desktop/ssh/open.ts";
import { NeedsPerson, type Question } from "../../src/desktop/ssh/question.ts";
import type { Transport } from "../../src/desktop/ssh/transport.ts";
import { createFakeAgent } from "./fake-agent.ts";
import { listenEndless, memoryWhile } from "./hostile.ts";
import { hasSshd, startSshd, type Sshd } from "./sshd.ts";

let folder: string;
let sshd: Sshd;

beforeAll(async () => {
  if (!hasSshd) return;
  folder = mkdtempSync(join(tmpdir(), "ssh-"));
  sshd = await startSshd(join(folder, "sshd"));
});
afterAll(async () => {
  await sshd?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** A fresh home, as of a person who never was here. */
function person() {
  const home = mkdtempSync(join(folder, "home-"));
  const hostKeys = createHostKeys({ home, system: join(home, "none") });
  const keychain = createKeychain({ load: () => Promise.reject(new Error("none")) });
  const asked: Question[] = [];
  const ssh = createSsh({ keychain, folder: join(home, "config"), home, hostKeys });
  const enter = (auth: Auth, answers: Answer[] | null, at: Partial<ServerLogin> = {}): Promise<Transport> =>
    ssh.open(
      { id: "test", login: { user: sshd.user, address: sshd.address, port: sshd.port, alias: null, jumps: [], client: "built-in", door: "forwarding", ...at, auth } },
      { ask: answers && (async (question) => (asked.push(question), answers.shift() ?? { type: "dismiss" })) },
    );
  return { enter, asked, hostKeys, keychain, ssh, folder: join(home, "config") };
}

const accept: Answer = { type: "host-key", accept: true };
const secret = (value: string): Answer => ({ type: "secret", value, remember: false });
const byKey = (): Auth => ({ type: "key", path: sshd.keyPath });
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => "signed in",
    (error: unknown) => (error instanceof Failure ? error.problem.code : error instanceof NeedsPerson ? "needs a person" : error),
  );

describe.skipIf(!hasSshd)("signing in", () => {
  test("a new host is asked about once, with the fingerprint that its owner sees", async () => {
    const one = person();
    (await one.enter(byKey(), [accept])).close();
    (await one.enter(byKey(), null)).close();
    const shown = execFileSync("ssh-keygen", ["-lf", join(folder, "sshd/host.pub")], { encoding: "utf8" }).split(" ")[1];
    expect(one.asked).toEqual([{ type: "host-key", address: `127.0.0.1:${sshd.port}`, keyType: "ssh-ed25519", fingerprint: shown, before: null }]);
  });

  test("a refused host key leaves nothing behind", async () => {
    const one = person();
    expect(await code(one.enter(byKey(), [{ type: "host-key", accept: false }]))).toBe("HOST_KEY_REFUSED");
    expect(await code(one.enter(byKey(), null))).toBe("needs a person");
  });

  test("a changed and a revoked host key are refused without a question", async () => {
    const [changed, revoked] = [person(), person()];
    const other = readFileSync(join(folder, "sshd/client.pub"), "utf8").split(" ").slice(0, 2).join(" ");
    const own = readFileSync(join(folder, "sshd/host.pub"), "utf8").split(" ").slice(0, 2).join(" ");
    await changed.hostKeys.trust({ address: "elsewhere", port: 22 }, Buffer.from(other.split(" ")[1]!, "base64"));
    writeFileSync(changed.hostKeys.file, `[127.0.0.1]:${sshd.port} ${other}\n`);
    await revoked.hostKeys.trust({ address: "elsewhere", port: 22 }, Buffer.from(other.split(" ")[1]!, "base64"));
    writeFileSync(revoked.hostKeys.file, `@revoked * ${own}\n`);
    expect([await code(changed.enter(byKey(), [accept])), await code(revoked.enter(byKey(), [accept])), changed.asked, revoked.asked]).toEqual([
      "HOST_KEY_CHANGED",
      "HOST_KEY_REVOKED",
      [],
      [],
    ]);
  });

  test("a locked key asks for its passphrase after the host is known, again when wrong, then no more", async () => {
    const one = person();
    const locked: Auth = { type: "key", path: sshd.lockedKeyPath };
    (await one.enter(locked, [accept, secret("wrong"), secret(sshd.passphrase)])).close();
    (await one.enter(locked, null)).close();
    expect(one.asked.map((question) => (question.type === "secret" ? [question.kind, question.reason] : question.type))).toEqual([
      "host-key",
      ["passphrase", null],
      ["passphrase", `The passphrase does not open the key ${sshd.lockedKeyPath}.`],
    ]);
    const other = person();
    expect(await code(other.enter(locked, [accept, secret("1"), secret("2"), secret("3"), secret("4")]))).toBe("PASSPHRASE_WRONG");
    expect(await code(person().enter(locked, null))).toBe("needs a person");
  });

  test("another sign-in to a server is kept only after it has worked", async () => {
    const { ssh, keychain, folder: own } = person();
    const prompts = createPrompts();
    const answering = new AbortController();
    void (async () => {
      for await (const open of prompts.watch(answering.signal)) for (const { id } of open) prompts.answer(id, accept);
    })();
    const way = createOpenWay({ keychain, ssh });
    const servers = await createServers({ file: createServersFile(own), open: () => new Promise(() => {}), way, keychain, prompts, ssh, notices: createNotices() });
    const { id, login } = await servers.add({ user: sshd.user, address: sshd.address, port: sshd.port, auth: { type: "key", path: join(folder, "sshd/host") } });
    await servers.rename(id, "eu-1");
    const loginNow = () => servers.list()[0]!.login;
    const refused = [await code(servers.changeLogin(id, login!)), await code(servers.changeLogin(id, { ...login!, port: 1, auth: byKey() }))];
    const unchanged = loginNow();
    await servers.changeLogin(id, { ...login!, auth: byKey() });
    const [kept] = await createServersFile(own).read();
    servers.close();
    answering.abort();
    expect([refused, unchanged, loginNow()?.auth, kept?.login?.auth, kept?.name, kept?.id]).toEqual([["LOGIN_REFUSED", "CONNECTION_REFUSED"], login, byKey(), byKey(), "eu-1", id]);
  });

  test("the ssh-agent signs in with its keys", async () => {
    const socket = join(folder, "agent.sock");
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
    const before = process.env.SSH_AUTH_SOCK;
    try {
      await until(() => execFileSync("ssh-add", ["-q", sshd.keyPath], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: "ignore" }));
      process.env.SSH_AUTH_SOCK = socket;
      (await person().enter({ type: "agent" }, [accept])).close();
    } finally {
      process.env.SSH_AUTH_SOCK = before;
      if (before === undefined) delete process.env.SSH_AUTH_SOCK;
      agent.kill();
    }
  });

  test("each way to fail has its own code", async () => {
    const silent = createServer(() => {}).listen(0, "127.0.0.1");
    const closing = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    await Promise.all([silent, closing].map((server) => new Promise((ready) => server.once("listening", ready))));
    const port = (server: typeof silent) => (server.address() as { port: number }).port;
    writeFileSync(join(folder, "not-a-key"), "hello\n");
    const one = person();
    const found = {
      noName: await code(one.enter(byKey(), [accept], { address: "no-such-host.invalid" })),
      refused: await code(one.enter(byKey(), [accept], { port: 1 })),
      closed: await code(one.enter(byKey(), [accept], { port: port(closing) })),
      noKey: await code(one.enter({ type: "key", path: join(folder, "nothing") }, [accept])),
      endless: await code(one.enter({ type: "key", path: "/dev/zero" }, [accept])),
      folder: await code(one.enter({ type: "key", path: folder }, [accept])),
      badKey: await code(one.enter({ type: "key", path: join(folder, "not-a-key") }, [accept])),
      publicKey: await code(one.enter({ type: "key", path: `${sshd.keyPath}.pub` }, [accept])),
      stranger: await code(one.enter({ type: "key", path: join(folder, "sshd/host") }, [accept])),
      password: await code(one.enter({ type: "password" }, [secret("a"), secret("b"), secret("c"), secret("d")])),
    };
    silent.close();
    closing.close();
    expect(found).toEqual({
      noName: "ADDRESS_UNKNOWN",
      refused: "CONNECTION_REFUSED",
      closed: "CONNECTION_CLOSED",
      noKey: "KEY_UNREADABLE",
      endless: "KEY_UNREADABLE",
      folder: "KEY_UNREADABLE",
      badKey: "KEY_UNREADABLE",
      publicKey: "KEY_UNREADABLE",
      stranger: "LOGIN_REFUSED",
      password: "LOGIN_METHOD_MISSING",
    });
  });
});

describe.skipIf(!hasSshd)("a signed-in connection", () => {
  test("runs words as words, feeds stdin, and stops what is cancelled", async () => {
    const transport = await person().enter(byKey(), [accept]);
    const words = ["two words", "$HOME", "it's", "*"];
    const printed = await transport.exec(["printf", "%s\\n", ...words]);
    const fed = await transport.exec(["sh", "-c", 'cat; echo "to stderr" >&2; exit 3'], { stdin: "fed" });
    const controller = new AbortController();
    const stopped = transport.exec(["sleep", "600"], { signal: controller.signal }).catch((error: Error) => error.name);
    controller.abort();
    expect([printed, fed, await stopped]).toEqual([
      { code: 0, stdout: words.map((word) => `${word}\n`).join(""), stderr: "" },
      { code: 3, stdout: "fed", stderr: "to stderr\n" },
      "AbortError",
    ]);
    transport.close();
    expect(await transport.closed).toEqual(expect.any(String));
  });

  test("a command whose input broke off ends with the cause; one that closes its input ends by its exit code", async () => {
    const transport = await person().enter(byKey(), [accept]);
    const broken = () =>
      Readable.from(
        (async function* () {
          yield "half";
          throw new Error("the disk of this computer is gone");
        })(),
      );
    const endless = () => new Readable({ read() { this.push(Buffer.alloc(64 * 1024)); } });
    await expect(transport.exec(["cat"], { stdin: broken() })).rejects.toThrow("the disk of this computer is gone");
    const [fine, refused] = [await transport.exec(["sh", "-c", "exec 0<&-; echo enough"], { stdin: endless() }), await transport.exec(["sh", "-c", "head -c 3 >/dev/null; exit 65"], { stdin: endless() })];
    expect([fine, refused]).toEqual([{ code: 0, stdout: "enough\n", stderr: "" }, { code: 65, stdout: "", stderr: "" }]);
    transport.close();
  });

  test("a server that says bytes without an end is told from one that answers, in bounded memory", async () => {
    const path = join(folder, "endless.sock");
    const endless = await listenEndless(path);
    const transport = await person().enter(byKey(), [accept]);
    const agent = createAgentClient(() => transport.openSocket(path));
    // As the window asks: through what every call and stream of an agent goes through.
    const router = forwardAgent(() => ({ agent, name: "mallory" }));
    const window = createRouterClient(router as never, { context: {} as never }) as unknown as { instance: { hello(input: object): Promise<unknown> }; changes: { watch(input: object): Promise<AsyncIterator<unknown>> } };
    const told = (asked: Promise<unknown>) => asked.then(() => "an answer", (error: unknown) => (error instanceof Failure || error instanceof ORPCError ? ((error as { problem?: { message: string } }).problem?.message ?? (error as Error).message) : String(error)));
    const most = await memoryWhile(async () => {
      const calls = [window.instance.hello({}), window.instance.hello({}), window.changes.watch({ after: null }).then((stream) => stream.next())];
      const commands = [transport.exec(["cat", "/dev/zero"]), transport.exec(["sh", "-c", "cat /dev/zero >&2"])];
      expect(await Promise.all([...calls, ...commands].map(told))).toEqual([
        ...["32 MB", "32 MB", "8 MB"].map((limit) => expect.stringMatching(`^mallory answered with more than (${limit}|64 MB), which`)),
        ...["4 MB", "4 MB"].map((limit) => expect.stringMatching(`^127\\.0\\.0\\.1 answered with more than ${limit}, which`)),
      ]);
    });
    expect(most, "MiB").toBeLessThan(300);
    // Nothing more is taken of any of them, and the way is as good as before.
    // What was on its way when it was ended still counts.
    await expect
      .poll(async () => {
        const sent = endless.sent();
        expect((await transport.exec(["printf", "fine"])).stdout).toBe("fine");
        return endless.sent() - sent;
      }, { timeout: 20_000 })
      .toBe(0);
    agent.close();
    transport.close();
    await endless.close();
  });

  test("a call over a silent connection can be given up", async () => {
    const path = join(folder, "quiet.sock");
    const fake = createFakeAgent();
    const stop = await fake.listen(path);
    const own = await startSshd(join(folder, "sshd"));
    const transport = await person().enter(byKey(), [accept], { port: own.port });
    const agent = createAgentClient(() => transport.openSocket(path));
    expect((await agent.client.instance.hello({})).hostname).toBe("fake");
    own.signal("SIGSTOP");
    const controller = new AbortController();
    const call = agent.client.instance.hello({}, { signal: controller.signal }).catch((error: Error) => error.name);
    controller.abort();
    expect(await call).toBe("AbortError");
    own.signal("SIGCONT");
    expect((await agent.client.instance.hello({})).hostname).toBe("fake");
    agent.close();
    transport.close();
    await own.stop();
    await stop();
  });
});

async function until(act: () => unknown): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return void act();
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((later) => setTimeout(later, 50));
    }
  }
}
