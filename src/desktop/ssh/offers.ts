import ssh2, { type BaseAgent, type ParsedKey } from "ssh2";
import { agentAt, type AgentKey } from "./agent-keys.ts";
import { openKey, type KeyFile } from "./key-file.ts";

/** One thing that may prove who connects. */
export type KeyOffer = {
  method: "publickey";
  label: string;
  /** Null where only the unlocked file tells it. */
  publicKey: ParsedKey | null;
  file?: KeyFile;
  /** Called only once the server has said that it takes this key. */
  sign(data: Buffer, options: { hash?: string }): Promise<Buffer>;
};
export type Offer = KeyOffer | { method: "password"; label: string; password: string } | { method: "keyboard-interactive"; label: string };

/** The server takes this key, and its passphrase is not known. */
export class LockedKey extends Error {
  readonly file: KeyFile;
  constructor(file: KeyFile) {
    super(`The key ${file.path} is locked.`);
    this.file = file;
  }
}

export function agentOffer(socket: string, { key, comment }: AgentKey & { key: ParsedKey }): KeyOffer {
  return {
    method: "publickey",
    label: `the key ${comment || key.type} of the ssh-agent`,
    publicKey: key,
    sign: (data, options) =>
      new Promise((resolve, reject) => {
        agentAt(socket).sign(key, data, options as never, (error, signature) => (signature ? resolve(signature as Buffer) : reject(error ?? new Error("The agent does not sign."))));
      }),
  };
}

/** A key file; a locked one is offered too, so that its passphrase is asked only where the server wants this key. */
export function fileOffer(file: KeyFile, passphrase: string | undefined): KeyOffer {
  return {
    method: "publickey",
    label: `the key ${file.path}`,
    publicKey: file.publicKey ?? (passphrase === undefined ? null : openKey(file, passphrase)),
    file,
    async sign(data, { hash }) {
      const key = openKey(file, passphrase);
      if (!key) throw new LockedKey(file);
      const signature = key.sign(data, hash) as Buffer | Error;
      if (signature instanceof Error) throw signature;
      return signature;
    },
  };
}

/** An agent of one key: what lets ssh2 ask first whether the server takes a key, and sign later. */
export function oneKeyAgent({ publicKey, sign }: KeyOffer): BaseAgent {
  const agent = {
    getIdentities: (done: (error: Error | null, keys?: ParsedKey[]) => void) => done(null, publicKey ? [publicKey] : []),
    sign: (_key: ParsedKey, data: Buffer, options: { hash?: string }, done: (error: Error | null, signature?: Buffer) => void) =>
      void sign(data, options).then((signature) => done(null, signature), (error: Error) => done(error)),
  };
  // ssh2 knows agents by their class alone.
  return Object.assign(Object.create(ssh2.BaseAgent.prototype) as object, agent) as unknown as BaseAgent;
}
