import { useState } from "react";
import type { Problem } from "@aeroplane/agent/contract";
import type { Auth } from "../../../contract/index.ts";
import { parseAddress } from "../../data/address.ts";
import { problemOf } from "../../data/problem.ts";
import { client } from "../../link.ts";
import { Segments } from "../../ui/choice.tsx";
import { Field, TextField } from "../../ui/field.tsx";
import { ProblemNote } from "../../ui/note.tsx";

export function useAddForm(added: (serverId: string) => void) {
  const [address, setAddress] = useState("");
  const [name, setName] = useState("");
  const [method, setMethod] = useState<Auth["type"]>("key");
  const [path, setPath] = useState("~/.ssh/id_ed25519");
  const [tried, setTried] = useState(false);
  const [adding, setAdding] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const parsed = parseAddress(address);
  const wrong = "wrong" in parsed ? parsed.wrong : null;
  const submit = async () => {
    setTried(true);
    if ("wrong" in parsed || adding || (method === "key" && !path.trim())) return;
    setAdding(true);
    setProblem(null);
    const auth: Auth = method === "key" ? { type: "key", path: path.trim() } : { type: method };
    try {
      added((await client.servers.add({ ...parsed, auth, ...(name.trim() ? { name: name.trim() } : {}) })).id);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setAdding(false);
    }
  };
  /** A server that never worked is taken back, so that the corrected one does not stand beside it. */
  const edit = (serverId: string, then: () => void) => void client.servers.remove({ id: serverId }).finally(then);
  const retry = (serverId: string) => void client.servers.connect({ id: serverId });
  return { address, setAddress, name, setName, method, setMethod, path, setPath, tried, wrong, parsed, adding, problem, submit: () => void submit(), edit, retry };
}

export function AddForm({ form }: { form: ReturnType<typeof useAddForm> }) {
  const { parsed } = form;
  const read = "wrong" in parsed ? "user@host:port. Without a user root, without a port 22." : `User ${parsed.user} on ${parsed.address}, port ${parsed.port}.`;
  return (
    <>
      <TextField
        label="Address"
        mono
        autoFocus
        placeholder="root@203.0.113.20"
        value={form.address}
        onChange={form.setAddress}
        error={form.tried ? form.wrong : null}
        hint={read}
      />
      <Field label="Sign in with">
        {() => (
          <div>
            <Segments
              label="Sign in with"
              value={form.method}
              onChange={form.setMethod}
              items={[
                { value: "key", label: "Key file" },
                { value: "agent", label: "SSH agent" },
                { value: "password", label: "Password" },
              ]}
            />
          </div>
        )}
      </Field>
      {form.method === "key" && (
        <TextField
          label="Key file on this computer"
          mono
          value={form.path}
          onChange={form.setPath}
          error={form.tried && !form.path.trim() ? "The path of a private key, such as ~/.ssh/id_ed25519" : null}
          hint="Its passphrase is asked when it has one."
        />
      )}
      {form.method === "agent" && <p className="text-xs text-text-3">The keys of the SSH agent that runs on this computer are offered.</p>}
      {form.method === "password" && <p className="text-xs text-text-3">The password is asked when the server wants it, and kept only on request.</p>}
      <TextField label="Name" optional value={form.name} onChange={form.setName} maxLength={60} placeholder={"wrong" in parsed ? "" : parsed.address} />
      {form.problem && <ProblemNote problem={form.problem} />}
    </>
  );
}
