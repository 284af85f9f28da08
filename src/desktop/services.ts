import { join } from "node:path";
import type { Resources } from "./bootstrap/wanted.ts";
import { cacheFolder, configFolder } from "./config/folder.ts";
import { createSecrets } from "./keychain/acts.ts";
import type { Limits } from "./keychain/derive.ts";
import { createKeychain } from "./keychain/keychain.ts";
import { createSealedFile } from "./keychain/sealed.ts";
import { createKnownFiles } from "./known/files.ts";
import { createKnown } from "./known/known.ts";
import { checkLocal } from "./local/check.ts";
import { createInstaller } from "./local/install.ts";
import { keptHere } from "./local/kept.ts";
import { createPrompts } from "./prompts/prompts.ts";
import { createCredits } from "./rpc/credit.ts";
import { watchComputer } from "./servers/awake.ts";
import { createServersFile } from "./servers/file.ts";
import { createServers } from "./servers/servers.ts";
import { createNotices } from "./servers/notices.ts";
import { createOpenSession, createOpenWay } from "./servers/session.ts";
import { createSsh } from "./ssh/open.ts";
import { createTransfers, type HostFiles } from "./transfers/transfers.ts";

export type DesktopOptions = {
  host: "electron" | "web";
  version: string;
  /** The agent's bundle and the folder of unit files that ship with the app. */
  agentBundle: string;
  resources: string;
  /** The node_modules of the checkout that this runs from, for its Node; a packaged app fetches its own. */
  packages?: string;
  folder?: string;
  /** Dialogs of a host that has any; without them the page reads and writes files itself. */
  files?: HostFiles;
  /** What opening the sealed file costs; tests have many to open. */
  sealing?: Limits;
};
export type Services = Awaited<ReturnType<typeof createServices>>;

/** Each service with what it needs of the others; nothing here knows who asks. */
export async function createServices({ host, version, agentBundle, resources, packages, folder = configFolder(), files, sealing }: DesktopOptions) {
  const cacheDir = cacheFolder();
  const shipped: Resources = { version, agentBundle, folder: resources, cacheDir, packages };
  const prompts = createPrompts();
  const file = createSealedFile({ path: join(folder, "secrets.sealed"), limits: sealing });
  const keychain = createKeychain({ file, askMaster: (account, reason) => prompts.ask(masterFor(account, reason)) });
  const ssh = createSsh({ keychain, folder });
  const notices = createNotices();
  const open = createOpenSession({ resources: shipped, keychain, ssh, notices });
  const servers = await createServers({ file: createServersFile(folder), open, way: createOpenWay({ keychain, ssh }), keychain, prompts, ssh, notices });
  const unwatch = watchComputer({ onWake: servers.wake });

  const known = createKnown({ files: createKnownFiles(join(folder, "known")), servers });

  const transfers = createTransfers({ reach: servers.reach, files: files ?? null });

  const store = async () => {
    const { kind, words } = await keychain.state();
    return { kind, words };
  };
  const info = async () => ({
    version,
    platform: process.platform,
    host,
    secretStore: await store(),
    configFolder: folder,
  });
  /** The last state is written first: nothing more comes of a server that is let go. */
  const close = () => {
    unwatch();
    transfers.close();
    known.close();
    servers.close();
  };
  const parts = { cacheDir, packages, kept: keptHere() };
  const local = { check: () => checkLocal(parts), ...createInstaller(parts) };
  return { info, servers, ssh, secrets: createSecrets({ keychain, file }), known, transfers, files: files ?? null, prompts, local, credits: createCredits(), stuck: keychain.system.stuck, close };
}

/** The login of that server worked already; only keeping its secret waits for the answer. */
const masterFor = (account: string, reason: string | null) =>
  ({ serverId: account.split(":")[1] ?? "", type: "secret", kind: "master", label: "It opens the file in which the secret is to be kept.", canRemember: false, reason }) as const;
