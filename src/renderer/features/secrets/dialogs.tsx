import { client } from "../../link.ts";
import type { SecretsAct } from "../../address/dialogs.ts";
import { go } from "../../app/view.ts";
import { knownSecrets, settle } from "../../data/secrets.ts";
import { ConfirmDialog } from "../confirm.tsx";
import { PassphraseDialog } from "./passphrase-dialog.tsx";

function fileWords(): string[] {
  const file = knownSecrets()?.file;
  if (!file) return [];
  const held = file.damaged ? "" : file.entries === 1 ? ", with 1 secret" : `, with ${file.entries} secrets`;
  return [`The sealed file ${file.path}${held}`, "Sealed files that were put aside, beside it"];
}

/** Each asks for what it needs and says what follows. */
export function SecretsDialog({ act }: { act: SecretsAct }) {
  const onClose = go.closeDialog;
  switch (act) {
    case "keep-in-file":
      return (
        <PassphraseDialog
          title="Keep secrets in a sealed file"
          about="Passwords and passphrases that are to be remembered are sealed in one file with a master passphrase. It is asked once each time Aeroplane is opened. Nobody can bring it back."
          next
          word="Make the file"
          onClose={onClose}
          act={({ next }) => settle(client.secrets.keepInFile({ passphrase: next, replace: false }))}
        />
      );
    case "start-new":
      return (
        <PassphraseDialog
          title="Start a new sealed file"
          about="For a master passphrase that is lost. The old file stays beside the new one, sealed as it is; what it holds is asked again at the next sign-in."
          next
          word="Start a new file"
          onClose={onClose}
          act={({ next }) => settle(client.secrets.keepInFile({ passphrase: next, replace: true }))}
        />
      );
    case "unlock":
      return (
        <PassphraseDialog
          title="Unlock the sealed file"
          about="It stays open until Aeroplane ends or it is locked."
          current
          word="Unlock"
          onClose={onClose}
          act={({ current }) => settle(client.secrets.unlock({ passphrase: current }))}
        />
      );
    case "change":
      return (
        <PassphraseDialog
          title="Change the master passphrase"
          about="The file is sealed anew; the passphrase of before opens it no more. Copies of the old file still open with it."
          current
          next
          word="Change the passphrase"
          onClose={onClose}
          act={({ current, next }) => settle(client.secrets.changePassphrase({ current, next }))}
        />
      );
    case "use-keychain":
      return (
        <ConfirmDialog
          title="Move secrets to the keychain"
          about="What the sealed file holds goes into the keychain of this computer. The file is deleted afterwards, and its passphrase is not asked again."
          goes={[knownSecrets()?.file?.path ?? "The sealed file"]}
          name={null}
          word="Move secrets"
          onClose={onClose}
          act={() => settle(client.secrets.useKeychain({}))}
        />
      );
    case "forget":
      return (
        <ConfirmDialog
          title="Forget all kept secrets"
          about="Passwords and passphrases are asked again at the next sign-in. Servers stay in the list; nothing on them changes."
          goes={["Every password and passphrase kept on this computer", ...fileWords()]}
          name={null}
          word="Forget all"
          onClose={onClose}
          act={() => settle(client.secrets.forgetAll({}))}
        />
      );
  }
}
