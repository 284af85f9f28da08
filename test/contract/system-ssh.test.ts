// The system's own ssh as a transport against a real sshd: what only it can do, and the same contract as the built-in client.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { Failure } from "@aeroplane/agent/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Answer, Auth, ServerLogin } from "../../src/contract/index.ts";
import { createAgentClient } from "../../src/desktop/agent/client.ts";
import { createKeychain } from "../../src/desktop/keychain/keychain.ts";
import { createSsh } from "../../src/desktop/ssh/open.ts";
import { NeedsPerson, type Question } from "../../src/desktop/ssh/question.ts";
import { createFakeAgent } from "./fake-agent.ts";
import { hasSshd, startSshd, type Sshd } from "./sshd.ts";

let folder: string;
let sshd: Sshd;
let certified: Sshd;

beforeAll(async () => {
  if (!hasSshd) return;
  folder = mkdtempSync(join(tmpdir(), "system-ssh-"));
  sshd = await startSshd(join(folder, "sshd"));
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, "ca")]);
  certified = await startSshd(join(folder, "certified"), [`TrustedUserCAKeys ${join(folder, "ca.pub")}`, "AuthorizedKeysFile none"]);
});
afterAll(async () => {
  await sshd?.stop();
  await certified?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const accept: Answer = { type: "host-key", accept: true };
const secret = (value: string): Answer => ({ type: "secret", value, remember: false });

function person() {
  const home = mkdtempSync(join(folder, "home-"));
  mkdirSync(join(home, ".ssh"), { mode: 0o700 });
  const keychain = createKeychain({ load: () => Promise.reject(new Error("none")) });
  const ssh = createSsh({ keychain, folder: join(home, "config"), home });
  const asked: Question[] = [];
  const enter = (at: Partial<ServerLogin> & { auth: Auth }, answers: Answer[] | null) =>
    ssh.open(
      { id: "one", login: { user: sshd.user, address: sshd.address, port: sshd.port, alias: null, jumps: [], client: "system", door: "forwarding", ...at } },
      { ask: answers && (async (question) => (asked.push(question), answers.shift() ?? { type: "dismiss" })) },
    );
  return { home, ssh, enter, asked, config: (text: string) => writeFileSync(join(home, ".ssh", "config"), text, { mode: 0o600 }) };
}

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => "signed in",
    (error: unknown) => (error instanceof Failure ? error.problem.code : error instanceof NeedsPerson ? "needs a person" : error),
  );
const byKey = (): Auth => ({ type: "key", path: sshd.keyPath });
const leftFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`apl-${process.pid}-`));

describe.skipIf(!hasSshd)("the system's ssh", () => {
  test("asks about a new host with the same sheet, runs words as words, forwards sockets, and leaves nothing", async () => {
    const before = leftFolders();
    const one = person();
    const path = join(folder, "agent.sock");
    const stop = await createFakeAgent().listen(path);
    const transport = await one.enter({ auth: byKey() }, [accept]);
    const words = ["two words", "$HOME", "it's", "*"];
    const printed = await transport.exec(["printf", "%s\\n", ...words]);
    const fed = await transport.exec(["sh", "-c", 'cat; echo "to stderr" >&2; exit 3'], { stdin: Readable.from(["f", "ed"]) });
    const command = await transport.openCommand!(["cat"]);
    command.stream.end("raw");
    expect(await text(command.stream)).toBe("raw");
    const controller = new AbortController();
    const stopped = transport.exec(["sleep", "600"], { signal: controller.signal }).catch((error: Error) => error.name);
    controller.abort();
    const agent = createAgentClient(() => transport.openSocket(path));
    const { hostname } = await agent.client.instance.hello({});
    agent.close();
    expect([printed, fed, await stopped, hostname]).toEqual([
      { code: 0, stdout: words.map((word) => `${word}\n`).join(""), stderr: "" },
      { code: 3, stdout: "fed", stderr: "to stderr\n" },
      "AbortError",
      "fake",
    ]);
    transport.close();
    expect(await transport.closed).toEqual(expect.any(String));
    await stop();
    const shown = execFileSync("ssh-keygen", ["-lf", join(folder, "sshd/host.pub")], { encoding: "utf8" }).split(" ")[1];
    expect(one.asked).toMatchObject([{ type: "host-key", address: `127.0.0.1:${sshd.port}`, keyType: "ED25519", fingerprint: shown }]);
    expect(leftFolders()).toEqual(before);
    expect(await code(one.enter({ auth: byKey() }, null).then((again) => again.close()))).toBe("signed in");
  });

  test("a command whose input broke off ends with the cause; one that closes its input ends by its exit code", async () => {
    const transport = await person().enter({ auth: byKey() }, [accept]);
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

  test("a command that says bytes without an end is ended", async () => {
    const transport = await person().enter({ auth: byKey() }, [accept]);
    const asked = [transport.exec(["cat", "/dev/zero"]), transport.exec(["sh", "-c", "cat /dev/zero >&2"])];
    expect(await Promise.all(asked.map(code))).toEqual(["ANSWER_TOO_LARGE", "ANSWER_TOO_LARGE"]);
    expect((await transport.exec(["printf", "fine"])).stdout).toBe("fine");
    transport.close();
    await transport.closed;
  });

  test("a passphrase goes through the private pipes, is asked again when wrong, and is kept for the session once right", async () => {
    const one = person();
    const auth: Auth = { type: "key", path: sshd.lockedKeyPath };
    (await one.enter({ auth }, [accept, secret("wrong"), secret(sshd.passphrase)])).close();
    expect(one.asked.map((question) => (question.type === "secret" ? [question.kind, question.reason] : question.type))).toEqual([
      "host-key",
      ["passphrase", null],
      ["passphrase", `The passphrase does not open the key ${sshd.lockedKeyPath}.`],
    ]);
    (await one.enter({ auth }, null)).close();
    expect(await code(person().enter({ auth }, null))).toBe("needs a person");
  });

  test("each refusal has its own code, and a dismissed question ends it", async () => {
    const one = person();
    const found = {
      refused: await code(one.enter({ auth: byKey() }, [{ type: "host-key", accept: false }])),
      background: await code(one.enter({ auth: byKey() }, null)),
      stranger: await code(one.enter({ auth: { type: "key", path: join(folder, "sshd/host") } }, [accept])),
      port: await code(one.enter({ auth: byKey(), port: 1 }, [accept])),
      name: await code(one.enter({ auth: byKey(), address: "no-such-host.invalid" }, [accept])),
      dismissed: await code(one.enter({ auth: { type: "key", path: sshd.lockedKeyPath } }, [])),
    };
    const other = readFileSync(join(folder, "sshd/client.pub"), "utf8").split(" ").slice(0, 2).join(" ");
    writeFileSync(join(one.home, ".ssh/known_hosts"), `[127.0.0.1]:${sshd.port} ${other}\n`);
    const changed = await code(one.enter({ auth: byKey() }, [accept]));
    expect({ ...found, changed }).toEqual({
      refused: "HOST_KEY_REFUSED",
      background: "needs a person",
      stranger: "LOGIN_REFUSED",
      port: "CONNECTION_REFUSED",
      name: "ADDRESS_UNKNOWN",
      dismissed: "CANCELLED",
      changed: "HOST_KEY_CHANGED",
    });
  });

  test("another machine at the same address is noticed by the own record, though known_hosts was emptied", async () => {
    const [one, other] = [person(), await startSshd(join(folder, "other"))];
    (await one.enter({ auth: byKey() }, [accept])).close();
    writeFileSync(join(folder, "other/authorized"), readFileSync(`${sshd.keyPath}.pub`));
    rmSync(join(one.home, ".ssh/known_hosts"));
    const found = await code(one.enter({ auth: byKey(), port: other.port }, [accept]));
    await other.stop();
    expect(found).toBe("HOST_KEY_CHANGED");
  });

  test("a certificate signs in, and a ProxyCommand carries it", async () => {
    const one = person();
    const key = join(one.home, ".ssh", "id_ed25519");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    execFileSync("ssh-keygen", ["-q", "-s", join(folder, "ca"), "-I", "test", "-n", sshd.user, `${key}.pub`]);
    const proxy = join(folder, "proxy.mjs");
    writeFileSync(proxy, `import { connect } from "node:net"; const s = connect(${certified.port}, "127.0.0.1"); process.stdin.pipe(s); s.pipe(process.stdout);`);
    one.config(`Host far\n  HostName far.invalid\n  User ${sshd.user}\n  IdentityFile ${key}\n  ProxyCommand ${process.execPath} ${proxy}\n`);
    const { needs, address } = await one.ssh.resolve("far");
    expect([needs, address]).toEqual([["a ProxyCommand", "an SSH certificate"], "far.invalid"]);
    const transport = await one.enter({ alias: "far", address: "far.invalid", port: 22, auth: { type: "auto" } }, [accept]);
    expect((await transport.exec(["echo", "in"])).stdout).toBe("in\n");
    transport.close();
    await transport.closed;
    rmSync(`${key}-cert.pub`);
    expect(await code(one.enter({ alias: "far", address: "far.invalid", port: 22, auth: { type: "auto" } }, [accept]))).toBe("LOGIN_REFUSED");
    expect(existsSync(join(one.home, ".ssh/known_hosts"))).toBe(true);
  });

  test("a program that was killed leaves an ssh behind, which the next connection ends", async () => {
    const one = person();
    const transport = await one.enter({ auth: byKey() }, [accept]);
    const [name] = leftFolders();
    // As if another process had made it, which is gone.
    const gone = spawnSync("true").pid;
    const left = name!.replace(`apl-${process.pid}-`, `apl-${gone}-`);
    renameSync(join(tmpdir(), name!), join(tmpdir(), left));
    (await one.enter({ auth: byKey() }, null)).close();
    await transport.closed;
    expect(existsSync(join(tmpdir(), left))).toBe(false);
  });
});
