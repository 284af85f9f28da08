import { ArrowRightLeftIcon, FileLockIcon, FilePlusIcon, KeyRoundIcon, LockIcon, LockOpenIcon, ShieldXIcon } from "lucide-react";
import { client } from "../link.ts";
import type { SecretsAct } from "../address/dialogs.ts";
import { go } from "../app/view.ts";
import { knownSecrets, settle } from "../data/secrets.ts";
import type { SecretsState } from "../../contract/index.ts";
import type { Action } from "./action.ts";
import { perform } from "./perform.ts";

type Given = { name: string; icon: Action["icon"]; danger?: boolean; when: (state: SecretsState) => boolean; run?: () => void };

const dialog = (act: SecretsAct) => () => go.open({ type: "secrets", act });
const about = (id: string, { when, ...rest }: Given): Action => ({
  id: `secrets.${id}`,
  group: "Window",
  ...rest,
  when: () => {
    const state = knownSecrets();
    return !!state && when(state);
  },
  run: rest.run ?? dialog(id as SecretsAct),
});

/** What can be done about kept secrets, by how they are kept; known once Settings has looked. */
export const secretsActions: Action[] = [
  about("unlock", { name: "Unlock the sealed file…", icon: LockOpenIcon, when: ({ file }) => !!file && !file.open && !file.damaged }),
  about("unlock-keychain", {
    name: "Unlock the keychain",
    icon: LockOpenIcon,
    when: ({ file, keychain }) => !file && keychain === "locked",
    run: () => perform("Unlock the keychain", null, () => settle(client.secrets.unlock({ passphrase: null }))),
  }),
  about("keep-in-file", { name: "Keep secrets in a sealed file…", icon: FileLockIcon, when: ({ file, keychain }) => !file && keychain !== "works" }),
  about("lock", {
    name: "Lock the sealed file",
    icon: LockIcon,
    when: ({ file }) => !!file?.open,
    run: () => perform("Lock the sealed file", null, () => settle(client.secrets.lock({}))),
  }),
  about("change", { name: "Change the passphrase…", icon: KeyRoundIcon, when: ({ file }) => !!file && !file.damaged }),
  about("use-keychain", { name: "Move secrets to the keychain…", icon: ArrowRightLeftIcon, when: ({ file, keychain }) => !!file?.open && keychain === "works" }),
  about("start-new", { name: "Start a new sealed file…", icon: FilePlusIcon, when: ({ file }) => !!file && !file.open }),
  about("forget", { name: "Forget all kept secrets…", icon: ShieldXIcon, danger: true, when: ({ file, keychain }) => !!file || keychain === "works" }),
];
