import { Client, type ConnectConfig } from "ssh2";
import { fail } from "@aeroplane/agent/contract";
import { connectionFailure, type Login } from "./failures.ts";
import type { HostKeys } from "./host-keys.ts";
import { fingerprint, keyType } from "./known-hosts.ts";
import { openTcp } from "./tcp.ts";

/** What proves who connects; already unlocked, so that no server waits for a person. */
export type Credential =
  | { type: "key"; privateKey: string | Buffer; passphrase?: string }
  | { type: "agent"; socket: string }
  | { type: "password"; password: string }
  /** Only to see the host's key. */
  | { type: "none" };

export type Outcome = { state: "connected"; client: Client } | { state: "unknown-host"; key: Buffer; keyType: string; fingerprint: string };

type Options = { credential: Credential; hostKeys: HostKeys; signal?: AbortSignal; seconds?: number; onHandshake?: () => void };

/** One try: either it signs in, or it says that the host is new, or it fails with a code. It never asks and never waits for a person. */
export async function connectOnce(login: Login, { credential, hostKeys, signal, seconds = 20, onHandshake }: Options): Promise<Outcome> {
  signal?.throwIfAborted();
  const known = await hostKeys.about(login.address, login.port);
  const context = { login, method: methodName(credential), seconds };
  const sock = await openTcp(login.address.replace(/^\[|\]$/g, ""), login.port, { signal, seconds }).catch((error: Error) => {
    throw signal?.aborted ? error : connectionFailure(error, context);
  });
  const client = new Client();
  let verdictError: Error | undefined;
  let newHost: Outcome | undefined;

  const hostVerifier = (key: Buffer): boolean => {
    onHandshake?.();
    const verdict = known.judge(key);
    if (verdict.state === "known") return true;
    const { address } = login;
    if (verdict.state === "revoked") verdictError = fail("HOST_KEY_REVOKED", { address, file: verdict.file });
    if (verdict.state === "changed") {
      verdictError = fail("HOST_KEY_CHANGED", { address, file: `${verdict.file}, line ${verdict.line}`, fingerprint: fingerprint(key) });
    }
    if (verdict.state === "unknown") newHost = { state: "unknown-host", key, keyType: keyType(key), fingerprint: fingerprint(key) };
    return false;
  };

  return new Promise<Outcome>((resolve, reject) => {
    const end = (act: () => void) => {
      signal?.removeEventListener("abort", abort);
      client.removeAllListeners();
      // Late errors of a connection that is given up have nobody to tell.
      client.on("error", () => {});
      act();
    };
    const giveUp = (error: unknown) =>
      end(() => {
        client.destroy();
        sock.destroy();
        if (newHost) resolve(newHost);
        else reject(verdictError ?? error);
      });
    const abort = () => giveUp(signal!.reason);
    signal?.addEventListener("abort", abort);
    client.on("ready", () => end(() => resolve({ state: "connected", client })));
    client.on("error", (error) => giveUp(connectionFailure(error, context)));
    client.on("close", () => giveUp(fail("CONNECTION_CLOSED", { address: login.address })));
    client.on("keyboard-interactive", (_name, _instructions, _language, questions, finish) => {
      finish(credential.type === "password" && onlyAsksPassword(questions) ? [credential.password] : []);
    });
    try {
      client.connect({ ...basics(login, seconds, known.types), ...proof(credential), hostVerifier, sock });
    } catch (error) {
      giveUp(connectionFailure(error as Error, context));
    }
  });
}

function basics(login: Login, seconds: number, types: string[]): ConnectConfig {
  return {
    username: login.user,
    readyTimeout: seconds * 1000,
    keepaliveInterval: 10_000,
    keepaliveCountMax: 3,
    algorithms: types.length > 0 ? { serverHostKey: { prepend: types.flatMap(signatures), append: [], remove: [] } as never } : {},
  };
}

/** An RSA key signs under newer names than its own. */
function signatures(type: string): string[] {
  return type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : supported.has(type) ? [type] : [];
}
const supported = new Set(["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"]);

function proof(credential: Credential): ConnectConfig {
  switch (credential.type) {
    case "key":
      return { privateKey: credential.privateKey, passphrase: credential.passphrase, authHandler: ["publickey"] };
    case "agent":
      return { agent: credential.socket, authHandler: ["agent"] };
    case "password":
      return { password: credential.password, tryKeyboard: true, authHandler: ["password", "keyboard-interactive"] };
    case "none":
      return { authHandler: ["none"] };
  }
}

/** A one-time code must never be answered with the password. */
function onlyAsksPassword(questions: { prompt: string; echo?: boolean }[]): boolean {
  const [first, ...rest] = questions;
  return first !== undefined && rest.length === 0 && !first.echo && /passw/i.test(first.prompt);
}

function methodName(credential: Credential): string {
  return { key: "key", agent: "the ssh-agent", password: "password", none: "no method" }[credential.type];
}
