import type { Duplex } from "node:stream";
import { Client, type AnyAuthMethod, type ConnectConfig } from "ssh2";
import { fail, type Failure } from "@aeroplane/agent/contract";
import { connectionFailure, type Login, type SshError } from "./failures.ts";
import type { KeyFile } from "./key-file.ts";
import { fingerprint, keyType } from "./known-hosts.ts";
import { openTcp } from "./tcp.ts";
import { LockedKey, oneKeyAgent, type Offer } from "./offers.ts";
import type { Judged, OtherKey } from "./trust.ts";
import { hearFailures } from "./auth-answers.ts";

export type Asked = { name: string; instructions: string; fields: { label: string; echo: boolean }[] };

export type Outcome =
  /** `key`: the host's. */
  | { state: "connected"; client: Client; key: Buffer }
  | { state: "new-host"; key: Buffer; keyType: string; fingerprint: string; before: OtherKey | null }
  /** The server takes this key; its passphrase is missing. */
  | { state: "locked"; file: KeyFile }
  /** Nothing more to offer. `partial`: what was offered was right, and the server wants more of `methods`. */
  | { state: "refused"; methods: string[]; partial: boolean; tried: string[]; detail: string };

export type TryOptions = {
  known: { types: string[]; judge(key: Buffer): Judged };
  /** What to offer next of what the server takes; null: nothing. Each is offered once. */
  choose(methods: readonly string[], partial: boolean): Offer | null;
  /** Answers to what the server asks; the time limit stands still meanwhile. */
  converse(asked: Asked, over: AbortSignal): Promise<string[]>;
  /** The way through another host; none: straight. */
  dial?: () => Promise<Duplex>;
  signal?: AbortSignal;
  seconds?: number;
  onHandshake?: () => void;
};

/** The key that a connection was signed in with, for the audit trail of the server. */
const signedWith = new WeakMap<Client, string>();
export const ownKeyOf = (client: Client): string | null => signedWith.get(client) ?? null;

/** Servers close the connection at six. */
const MOST_OFFERS = 5;

/** One try: it signs in, or says what is missing, or fails with a code. Nothing in it is tried twice. */
export async function connectOnce(login: Login, options: TryOptions): Promise<Outcome> {
  const { known, choose, converse, dial, signal, seconds = 20, onHandshake } = options;
  signal?.throwIfAborted();
  const straight = () =>
    openTcp(login.address.replace(/^\[|\]$/g, ""), login.port, { signal, seconds }).catch((error: SshError) => {
      throw signal?.aborted ? error : connectionFailure(error, { login, seconds });
    });
  const client = new Client();
  const sock = await (dial ?? straight)();
  // From here on the server counts what is broken off.
  onHandshake?.();
  const tried: string[] = [];
  const notes: string[] = [];
  const over = new AbortController();
  let shown: Buffer | undefined;
  let early: Outcome | Failure | undefined;

  const hostVerifier = (key: Buffer): boolean => {
    shown = key;
    const judged = known.judge(key);
    if (judged.state === "refused") early = judged.failure;
    if (judged.state === "ask") early = { state: "new-host", key, keyType: keyType(key), fingerprint: fingerprint(key), before: judged.before };
    return judged.state === "trusted";
  };

  return new Promise<Outcome>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let asking = false;
    const startClock = () => (timer = setTimeout(() => giveUp(fail("CONNECTION_TIMED_OUT", { address: login.address, port: login.port, seconds })), seconds * 1000));
    const end = (act: () => void) => {
      clearTimeout(timer);
      over.abort();
      signal?.removeEventListener("abort", abort);
      client.removeAllListeners();
      // Late errors of a connection that is given up have nobody to tell.
      client.on("error", () => {});
      act();
    };
    const giveUp = (why: unknown) =>
      end(() => {
        client.destroy();
        sock.destroy();
        if (early instanceof Error) reject(early);
        else if (early) resolve(early);
        else reject(asking ? fail("ANSWER_TOO_LATE", { address: login.address }, { cause: why }) : why);
      });
    const abort = () => ((asking = false), giveUp(signal!.reason));
    const answers = hearFailures(client);

    const answer = (asked: Asked, finish: (values: string[]) => void) => {
      clearTimeout(timer);
      asking = true;
      converse(asked, over.signal).then(
        (values) => {
          asking = false;
          startClock();
          finish(values);
        },
        (error: unknown) => ((asking = false), giveUp(error)),
      );
    };
    const next = (): AnyAuthMethod | false => {
      const { methods, partial } = answers.last();
      const offer = tried.length < MOST_OFFERS ? choose(methods, partial) : null;
      if (!offer) {
        early ??= { state: "refused", methods: [...methods], partial, tried, detail: [`The server takes: ${methods.join(", ")}.`, ...notes].join("\n") };
        return false;
      }
      if (offer.method === "publickey" && !offer.publicKey) return (early ??= { state: "locked", file: offer.file! }), false;
      tried.push(offer.label);
      const signed = (key: Buffer) => void signedWith.set(client, fingerprint(key));
      return method(login.user, offer, { answer, signed, locked: (file) => giveUp(((early = { state: "locked", file }), early)) });
    };

    signal?.addEventListener("abort", abort);
    client.on("ready", () => end(() => resolve({ state: "connected", client, key: shown! })));
    client.on("error", (error: SshError) => {
      // A key that an agent does not sign with is passed over.
      if (error.level === "agent") return void notes.push(error.message);
      if (error.code === 2 && /authentication failures/i.test(error.message)) early ??= { state: "refused", methods: [...answers.last().methods], partial: false, tried, detail: error.message };
      giveUp(connectionFailure(error, { login, seconds }));
    });
    client.on("close", () => giveUp(fail("CONNECTION_CLOSED", { address: login.address })));
    let first = true;
    const authHandler = () => (first ? ((first = false), { type: "none", username: login.user }) : next());
    try {
      startClock();
      client.connect({ ...basics(login, known.types), authHandler: authHandler as never, hostVerifier, sock: sock as never });
      answers.listen();
    } catch (error) {
      giveUp(connectionFailure(error as Error, { login, seconds }));
    }
  });
}

type Hands = { answer(asked: Asked, finish: (values: string[]) => void): void; signed(key: Buffer): void; locked(file: KeyFile): void };

function method(username: string, offer: Offer, { answer, signed, locked }: Hands): AnyAuthMethod {
  if (offer.method === "password") return { type: "password", username, password: offer.password };
  if (offer.method === "keyboard-interactive") {
    const prompt = (name: string, instructions: string, _language: string, prompts: { prompt: string; echo?: boolean }[], finish: (values: string[]) => void) =>
      answer({ name, instructions, fields: prompts.map(({ prompt: label, echo }) => ({ label, echo: echo === true })) }, finish);
    return { type: "keyboard-interactive", username, prompt: prompt as never };
  }
  const sign: typeof offer.sign = (data, options) =>
    offer.sign(data, options).then(
      (signature) => {
        if (offer.publicKey) signed(offer.publicKey.getPublicSSH());
        return signature;
      },
      (error: unknown) => {
        if (error instanceof LockedKey) locked(error.file);
        throw error;
      },
    );
  return { type: "agent", username, agent: oneKeyAgent({ ...offer, sign }) };
}

function basics(login: Login, types: string[]): ConnectConfig {
  return {
    username: login.user,
    // The clock of this file stands still while a person thinks; this one would not.
    readyTimeout: 0,
    keepaliveInterval: 10_000,
    keepaliveCountMax: 3,
    algorithms: { serverHostKey: hostKeyOrder(types) as never },
  };
}

/** The types that are known first, in an order of our own: ssh2's "prepend" leaves what it has where it is. */
function hostKeyOrder(types: string[]): string[] {
  // An RSA key signs under newer names than its own.
  const known = types.flatMap((type) => (type === "ssh-rsa" ? RSA : SIGNATURES.filter((one) => one === type)));
  return [...new Set([...known, ...SIGNATURES])];
}
const RSA = ["rsa-sha2-512", "rsa-sha2-256"];
const SIGNATURES = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", ...RSA];
