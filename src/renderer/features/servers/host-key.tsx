import { useRef } from "react";
import type { Problem } from "@aeroplane/agent/contract";
import type { Answer, Prompt, Server } from "../../../contract/index.ts";
import { go } from "../../app/view.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { CopyButton, ProblemNote } from "../../ui/note.tsx";
import { ConfirmDialog } from "../confirm.tsx";

type KeyRow = { label: string; keyType?: string; fingerprint: string; where?: string };

/** A host that is new here, or whose key ssh has been told of meanwhile; the safe answer has the focus. */
export function HostKeyPrompt({ prompt, answer }: { prompt: Extract<Prompt, { type: "host-key" }>; answer: (given: Answer) => void }) {
  const cancel = useRef<HTMLButtonElement>(null);
  const { address, keyType, fingerprint, before } = prompt;
  const say = (accept: boolean) => answer({ type: "host-key", accept });
  return (
    <Dialog
      title={before ? `Is ${address} another machine?` : `Trust ${address}?`}
      about={
        before
          ? "Its host key is another one than when this server was last signed in to. ssh on this computer knows the new one already. Compare it with the one on the server's console."
          : "This computer has not connected to it before. Compare the fingerprint with the one on the server's console."
      }
      width={580}
      focus={cancel}
      onClose={() => say(false)}
      footer={
        <>
          <Button ref={cancel} onClick={() => say(false)}>
            Cancel
          </Button>
          <Button kind="primary" onClick={() => say(true)}>
            Trust and connect
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <Keys rows={[{ label: before ? "Now" : "Fingerprint", keyType, fingerprint }, ...(before ? [{ label: "Before", ...before }] : [])]} />
        <p className="text-xs text-text-3">
          On the server: <span className="font-mono">{`ssh-keygen -lf /etc/ssh/ssh_host_${fileOf(keyType)}_key.pub`}</span>
        </p>
      </div>
    </Dialog>
  );
}

/** A known host with another key: both keys, the causes, and no way to accept. */
export function HostKeyChanged({ problem, server, onRetry }: { problem: Problem; server: Server; onRetry: () => void }) {
  const { fingerprint, known, keyType, file, address } = problem.values;
  const forget = () => go.open({ type: "forget-host-key", serverId: server.id, address: String(address) });
  return (
    <div className="flex flex-col gap-3">
      <ProblemNote
        problem={{ ...problem, message: `${address} shows another host key than before.` }}
        onRetry={onRetry}
        own={["server.connect", "server.forget-host-key"]}
        retryWord="Connect again"
        actions={
          <Button small kind="danger" onClick={forget}>
            Forget the old key…
          </Button>
        }
      />
      <Keys
        rows={[
          { label: "Shown now", fingerprint: String(fingerprint) },
          { label: "Known", keyType: String(keyType), fingerprint: String(known), where: String(file) },
        ]}
      />
      <p className="-mb-2 text-xs font-medium text-text-2">The usual causes</p>
      <ul className="list-disc pl-5 text-text-2 marker:text-text-3">
        <li>The server was reinstalled, or its host keys were made anew.</li>
        <li>The address now belongs to another machine.</li>
        <li>Somebody between this computer and the server intercepts the connection.</li>
      </ul>
      {problem.detail && <p className="text-xs text-text-3 [overflow-wrap:anywhere]">{problem.detail}</p>}
    </div>
  );
}

export function ForgetHostKeyDialog({ server, address }: { server: Server; address: string }) {
  return (
    <ConfirmDialog
      title={`Forget the old key of ${address}`}
      about="Only after its new fingerprint was compared on the server's own console. The next connection shows it and asks."
      goes={[`The lines of ${address} in known_hosts; the file before stays beside it as known_hosts.old`, "The key in the app's own record"]}
      name={address}
      word="Forget the old key"
      onClose={go.closeDialog}
      act={async (typed) => {
        await client.ssh.forgetHostKey({ id: server.id, address, typed });
        await client.servers.connect({ id: server.id });
      }}
    />
  );
}

function Keys({ rows }: { rows: KeyRow[] }) {
  return (
    <dl className="grid grid-cols-[auto_1fr_auto] items-center gap-x-4 gap-y-2 rounded-lg border border-line bg-sunken px-3 py-2.5">
      {rows.map(({ label, keyType, fingerprint, where }) => (
        <div key={label} className="contents">
          <dt className="self-start pt-1.5 text-xs text-text-2">{label}</dt>
          <dd className="min-w-0 py-1 font-mono text-xs [overflow-wrap:anywhere]">
            {fingerprint}
            {(keyType || where) && <span className="block text-text-3">{[keyType, where].filter(Boolean).join(" · ")}</span>}
          </dd>
          <dd className="self-start">{fingerprint.startsWith("SHA256:") && <CopyButton text={fingerprint} label={`Copy: ${label}`} />}</dd>
        </div>
      ))}
    </dl>
  );
}

/** ssh names a type as ED25519, the protocol as ssh-ed25519 or ecdsa-sha2-nistp256. */
const fileOf = (keyType: string) => (/ed25519/i.test(keyType) ? "ed25519" : /ecdsa/i.test(keyType) ? "ecdsa" : "rsa");
