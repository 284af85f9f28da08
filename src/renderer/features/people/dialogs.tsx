import { useState } from "react";
import { names, readPublicKey, ROLES, type Admission, type Person, type Role } from "@aeroplane/agent/contract";
import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { usePeople } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { keys, queries } from "../../data/queries.ts";
import { invitationText, roleWords } from "../../data/role.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { Tiles } from "../../ui/choice.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field, TextArea, TextField } from "../../ui/field.tsx";
import { CopyButton, Note, ProblemNote } from "../../ui/note.tsx";
import { ConfirmDialog } from "../confirm.tsx";

const to = (server: Server) => ({ context: { serverId: server.id } });
const ask = (server: Server) => queries.invalidateQueries({ queryKey: keys.people(server.id) });

function RoleField({ role, onChange }: { role: Role; onChange: (role: Role) => void }) {
  return (
    <Field label="Role">
      {() => (
        <Tiles
          label="Role"
          columns={3}
          value={role}
          onChange={onChange}
          items={ROLES.map((value) => ({ value, label: roleWords(value).name, hint: roleWords(value).about }))}
        />
      )}
    </Field>
  );
}

/** A name, a role, a public key; then what the person needs to know, to be copied. */
export function InviteDialog({ server }: { server: Server }) {
  const admission = usePeople(server).data;
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [key, setKey] = useState("");
  const [tried, setTried] = useState(false);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [invited, setInvited] = useState<Person | null>(null);
  const read = readPublicKey(key);
  const wrong = {
    name: names.title.safeParse(name).success ? null : "1 to 60 characters, such as Ada Lindqvist",
    key: "why" in read ? (key.trim() === "" ? "The public key that the person sent, such as ssh-ed25519 AAAA…" : `${read.why}.`) : null,
  };
  const submit = async () => {
    setTried(true);
    if (wrong.name || wrong.key || working) return;
    setWorking(true);
    setError(null);
    try {
      setInvited(await client.agent.people.invite({ name: name.trim(), role, publicKey: key }, to(server)));
      void ask(server);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setWorking(false);
    }
  };
  if (invited && admission) return <Invitation server={server} person={invited} admission={admission} fresh />;
  return (
    <Dialog
      title="Invite a person"
      about={`To ${server.name}, with a key of their own. Nothing else on the server opens to it.`}
      onClose={go.closeDialog}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={go.closeDialog}>Cancel</Button>
          <Button kind="primary" type="submit" working={working}>
            Invite
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <TextField autoFocus label="Name" value={name} onChange={setName} maxLength={60} error={tried ? wrong.name : null} />
        <RoleField role={role} onChange={setRole} />
        <TextArea
          label="Public key"
          rows={3}
          placeholder="ssh-ed25519 AAAA… ada@laptop"
          value={key}
          onChange={setKey}
          error={tried || key.trim() !== "" ? wrong.key : null}
          hint="One line from the person's ~/.ssh/id_ed25519.pub. Never ask for the file without .pub."
        />
        {error !== null && <ProblemNote problem={problemOf(error)} detail />}
      </div>
    </Dialog>
  );
}

/** What the person needs to come in; nothing in it is secret. */
export function Invitation({ server, person, admission, fresh = false }: { server: Server; person: Person; admission: Admission; fresh?: boolean }) {
  const text = invitationText(server, person, admission);
  return (
    <Dialog
      title={fresh ? `${person.name} is invited` : `Invitation of ${person.name}`}
      about="Send this to the person. It holds no secret. They compare the host's key at their first connection."
      width={560}
      onClose={go.closeDialog}
      footer={
        <Button kind="primary" autoFocus onClick={go.closeDialog}>
          Done
        </Button>
      }
    >
      <div className="flex items-start gap-2 rounded-md border border-line bg-sunken py-2 pr-1 pl-3">
        <pre tabIndex={0} aria-label="Invitation" className="min-w-0 flex-1 py-1 font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
          {text}
        </pre>
        <CopyButton text={text} label="Copy the invitation" />
      </div>
    </Dialog>
  );
}

export function ChangeRoleDialog({ server, person }: { server: Server; person: Person }) {
  const known = ROLES.find((each) => each === person.role);
  const [role, setRole] = useState<Role>(known ?? "viewer");
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async () => {
    if (working) return;
    setWorking(true);
    setError(null);
    try {
      if (role !== person.role) await client.agent.people.changeRole({ id: person.id, role }, to(server));
      void ask(server);
      go.closeDialog();
    } catch (thrown) {
      setError(thrown);
      setWorking(false);
    }
  };
  return (
    <Dialog
      title={`Change the role of ${person.name}`}
      about="It counts from their next act on. What they have open is closed and opens again with the new role."
      onClose={go.closeDialog}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={go.closeDialog}>Cancel</Button>
          <Button kind="primary" type="submit" working={working} disabled={role === person.role}>
            Change the role
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {!known && <Note tone="warn">{`This app does not know the role "${person.role}" that ${person.name} has: changed here, it cannot be given back here. Update the app to see it.`}</Note>}
        <RoleField role={role} onChange={setRole} />
        {error !== null && <ProblemNote problem={problemOf(error)} />}
      </div>
    </Dialog>
  );
}

export function RevokeDialog({ server, person }: { server: Server; person: Person }) {
  const own = server.hello?.me?.personId === person.id;
  return (
    <ConfirmDialog
      title={`Revoke the access of ${person.name}`}
      about={own ? "This is the access that this window uses: the server is gone from it at once." : "At once, also where they are connected now. What they deployed stays."}
      goes={[`The key ${person.fingerprint} no longer signs in to ${server.name}`, "Their open connections and terminals"]}
      name={null}
      word="Revoke"
      onClose={go.closeDialog}
      act={async () => {
        await client.agent.people.revoke({ id: person.id }, to(server));
        void ask(server);
      }}
    />
  );
}
