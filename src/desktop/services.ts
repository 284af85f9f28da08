import type { Resources } from "./bootstrap/wanted.ts";
import { cacheFolder, configFolder } from "./config/folder.ts";
import { createKeychain } from "./keychain/keychain.ts";
import { checkLocal } from "./local/check.ts";
import { createInstaller } from "./local/install.ts";
import { createPrompts } from "./prompts/prompts.ts";
import { createCredits } from "./rpc/credit.ts";
import { watchComputer } from "./servers/awake.ts";
import { createServersFile } from "./servers/file.ts";
import { createServers } from "./servers/servers.ts";
import { createOpenSession } from "./servers/session.ts";
import { createHostKeys } from "./ssh/host-keys.ts";

export type DesktopOptions = {
  host: "electron" | "web";
  version: string;
  /** The agent's bundle and the folder of unit files that ship with the app. */
  agentBundle: string;
  resources: string;
  folder?: string;
};
export type Services = Awaited<ReturnType<typeof createServices>>;

/** Each service with what it needs of the others; nothing here knows who asks. */
export async function createServices({ host, version, agentBundle, resources, folder = configFolder() }: DesktopOptions) {
  const cacheDir = cacheFolder();
  const shipped: Resources = { version, agentBundle, folder: resources, cacheDir };
  const keychain = createKeychain();
  const prompts = createPrompts();
  const open = createOpenSession({ resources: shipped, keychain, hostKeys: createHostKeys() });
  const servers = await createServers({ file: createServersFile(folder), open, keychain, prompts });
  const unwatch = watchComputer({ onWake: servers.wake });

  const info = async () => ({
    version,
    platform: process.platform,
    host,
    secretStore: await keychain.status(),
    configFolder: folder,
  });
  const local = { check: () => checkLocal({ cacheDir }), ...createInstaller({ cacheDir }) };
  return { info, servers, prompts, local, credits: createCredits(), close: () => (unwatch(), servers.close()) };
}
