// Several steps, questions and wrong answers, against a server whose every request is counted.
import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "@aeroplane/agent/contract";
import ssh2, { type AuthContext } from "ssh2";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Answer, Auth } from "../../src/contract/index.ts";
import { createKeychain } from "../../src/desktop/keychain/keychain.ts";
import { createSsh } from "../../src/desktop/ssh/open.ts";
import { NeedsPerson, type Question } from "../../src/desktop/ssh/question.ts";

let folder: string;
const servers: ssh2.Server[] = [];
/** ssh2 1.17 cuts the zeros off the front of a public key, of one in 256, and then cannot read it: such a pair is drawn again. */
function drawEd25519() {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync("ed25519");
    if (!(ssh2.utils.parseKey(pair.public) instanceof Error)) return pair;
  }
}
const hostKey = drawEd25519().private;
const keys = { right: drawEd25519(), other: ssh2.utils.generateKeyPairSync("rsa", { bits: 2048 }) };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sign-in-"));
  for (const [name, pair] of Object.entries(keys)) writeFileSync(join(folder, name), pair.private, { mode: 0o600 });
});
afterEach(() => servers.splice(0).forEach((server) => server.close()));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Step = (context: AuthContext, ask: (prompts: { prompt: string; echo: boolean }[]) => Promise<string[]>) => boolean | Promise<boolean>;
const isKey = (text: string): Step => (context) => context.method === "publickey" && context.key.data.equals((ssh2.utils.parseKey(text) as ssh2.ParsedKey).getPublicSSH());
const isPassword = (right: string): Step => (context) => context.method === "password" && context.password === right;
const answers = (...wanted: [prompt: string, value: string][]): Step => async (context, ask) => {
  if (context.method !== "keyboard-interactive") return false;
  for (const [prompt, value] of wanted) {
    const [given] = await ask([{ prompt, echo: false }]);
    if (given !== value) return false;
  }
  return true;
};

/** Each step must be right in turn; says which requests came, and over how many connections. */
async function serve(steps: [method: ssh2.AuthenticationType, right: Step][]) {
  const requests: string[] = [];
  let connections = 0;
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    connections += 1;
    let at = 0;
    client.on("error", () => {});
    client.on("authentication", async (context) => {
      const [method, right] = steps[at]!;
      const signed = context.method !== "publickey" || context.signature !== undefined;
      requests.push(`${context.method}${signed ? "" : "?"}`);
      const ask = (prompts: { prompt: string; echo: boolean }[]) => new Promise<string[]>((resolve) => (context as ssh2.KeyboardAuthContext).prompt(prompts, "", "", resolve));
      if (context.method !== method || !(await right(context, ask))) return context.reject([method]);
      if (!signed) return context.accept();
      at += 1;
      if (at === steps.length) return context.accept();
      context.reject([steps[at]![0]], true);
    });
  });
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return { port: (server.address() as { port: number }).port, requests, connections: () => connections };
}

function person() {
  const home = mkdtempSync(join(folder, "home-"));
  const asked: Question[] = [];
  const keychain = createKeychain({ load: () => Promise.reject(new Error("none")) });
  const ssh = createSsh({ keychain, folder: join(home, "config"), home });
  async function enter(port: number, auth: Auth, given: Answer[] | null): Promise<string> {
    const rest = given && [{ type: "host-key", accept: true } as Answer, ...given];
    const ask = rest && (async (question: Question) => (asked.push(question), question.type === "host-key" ? rest[0]! : (rest.splice(1, 1)[0] ?? { type: "dismiss" as const })));
    const login = { user: "me", address: "127.0.0.1", port, auth, alias: null, jumps: [], client: "built-in" as const, door: "forwarding" as const };
    try {
      const transport = await ssh.open({ id: "one", login }, { ask });
      transport.close();
      return "signed in";
    } catch (error) {
      return error instanceof Failure ? error.problem.code : error instanceof NeedsPerson ? "needs a person" : String(error);
    }
  }
  const words = () => asked.flatMap((question) => (question.type === "host-key" ? [] : question.type === "questions" ? question.fields.map(({ label, echo }) => `${label}|${echo}`) : question.type === "secret" ? [`${question.kind}|${question.reason ?? ""}`] : []));
  return { enter, words, keychain };
}

const byKey = (name: string): Auth => ({ type: "key", path: join(folder, name) });
const secret = (value: string): Answer => ({ type: "secret", value, remember: false });
const code = (...values: string[]): Answer => ({ type: "questions", values });

test("key and one-time code: the code is asked word for word, in the same connection", async () => {
  for (const name of ["right", "other"] as const) {
    const server = await serve([["publickey", isKey(keys[name].public)], ["keyboard-interactive", answers(["Verification code: ", "123"])]]);
    const one = person();
    expect(await one.enter(server.port, byKey(name), [code("123")])).toBe("signed in");
    expect([one.words(), server.requests.slice(-4)]).toEqual([["Verification code: |false"], ["none", "publickey?", "publickey", "keyboard-interactive"]]);
  }
});

test("key and password: the password is asked with no connection open", async () => {
  const server = await serve([["publickey", isKey(keys.right.public)], ["password", isPassword("pass")]]);
  const one = person();
  expect(await one.enter(server.port, byKey("right"), [secret("wrong"), secret("pass")])).toBe("signed in");
  expect(one.words()).toEqual(["password|", "password|127.0.0.1 refused this password."]);
  expect(await one.enter(server.port, byKey("right"), null)).toBe("signed in");
});

test("a one-time code is never answered with the kept password, whatever its words", async () => {
  const prompts = ["One-time password (OATH) for `me': ", "Verification code: ", "Password + token: ", "Passcode or option (1-3): ", "Enter PASSCODE:"];
  for (const prompt of prompts) {
    const got: string[] = [];
    const hears: Step = async (context, ask) => context.method === "keyboard-interactive" && (got.push(...(await ask([{ prompt: "Password: ", echo: false }]))), got.push(...(await ask([{ prompt, echo: false }]))), true);
    const server = await serve([["keyboard-interactive", hears]]);
    const one = person();
    await one.keychain.remember("server:one", "kept", { keep: false });
    expect(await one.enter(server.port, { type: "password" }, [code("123")])).toBe("signed in");
    expect([got, one.words()]).toEqual([["kept", "123"], [`${prompt}|false`]]);
  }
});

test("the second time that a password is asked for, a person answers", async () => {
  const server = await serve([["keyboard-interactive", answers(["Password: ", "kept"], ["Password: ", "token"])]]);
  const one = person();
  await one.keychain.remember("server:one", "kept", { keep: false });
  expect(await one.enter(server.port, { type: "questions" }, [code("token")])).toBe("signed in");
});

test("nothing that was refused is sent again without a new answer", async () => {
  const password = await serve([["password", isPassword("right")]]);
  const one = person();
  expect(await one.enter(password.port, { type: "password" }, [secret("a"), secret("b"), secret("right")])).toBe("LOGIN_REFUSED");
  expect(password.requests.filter((request) => request === "password")).toHaveLength(2);

  const otp = await serve([["keyboard-interactive", answers(["Verification code: ", "1"])]]);
  expect(await one.enter(otp.port, { type: "questions" }, [code("2"), code("1")])).toBe("LOGIN_REFUSED");
  expect(otp.requests.filter((request) => request === "keyboard-interactive")).toHaveLength(1);

  const key = await serve([["publickey", isKey(keys.right.public)]]);
  expect(await one.enter(key.port, byKey("other"), [])).toBe("LOGIN_REFUSED");
  expect(key.requests.filter((request) => request !== "none")).toEqual(["publickey?"]);
});

test("a kept password that is wrong is sent once in the background, and a person is asked by hand", async () => {
  const server = await serve([["password", isPassword("new")]]);
  const one = person();
  await one.enter(server.port, { type: "password" }, [secret("new")]);
  await one.keychain.remember("server:one", "old", { keep: false });
  server.requests.length = 0;
  expect([await one.enter(server.port, { type: "password" }, null), server.requests]).toEqual(["LOGIN_REFUSED", ["none", "password"]]);
  expect(await one.enter(server.port, { type: "password" }, [secret("new")])).toBe("signed in");
  expect(await one.enter(server.port, { type: "password" }, null)).toBe("signed in");
});

test("where nobody may be asked, a question is no answer", async () => {
  const server = await serve([["keyboard-interactive", answers(["Verification code: ", "1"])]]);
  const one = person();
  await one.enter(server.port, { type: "questions" }, [code("1")]);
  expect(await one.enter(server.port, { type: "questions" }, null)).toBe("needs a person");
});

test("what the server does not take is said before anything is sent", async () => {
  const server = await serve([["publickey", isKey(keys.right.public)]]);
  const one = person();
  const found = [await one.enter(server.port, { type: "password" }, []), await one.enter(server.port, { type: "questions" }, [])];
  expect([found, one.words(), server.requests.every((request) => request === "none")]).toEqual([["LOGIN_METHOD_MISSING", "LOGIN_METHOD_MISSING"], [], true]);
});

test("a PKCS#8 key, plain and encrypted, and an encrypted PEM key", async () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const encrypted = { cipher: "aes-256-cbc", passphrase: "open" };
  const files = {
    plain: privateKey.export({ type: "pkcs8", format: "pem" }),
    locked: privateKey.export({ type: "pkcs8", format: "pem", ...encrypted }),
    pem: privateKey.export({ type: "pkcs1", format: "pem", ...encrypted }),
  };
  const blob = (ssh2.utils.parseKey(privateKey.export({ type: "pkcs1", format: "pem" })) as ssh2.ParsedKey).getPublicSSH();
  const found: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, `${name}-${createHash("sha256").update(name).digest("hex").slice(0, 4)}`);
    writeFileSync(path, text, { mode: 0o600 });
    const server = await serve([["publickey", (context) => context.method === "publickey" && context.key.data.equals(blob)]]);
    const one = person();
    found[name] = [await one.enter(server.port, { type: "key", path }, [secret("no"), secret("open")]), one.words().length];
  }
  expect(found).toEqual({ plain: ["signed in", 0], locked: ["signed in", 2], pem: ["signed in", 2] });
});
