import { useQuery } from "@tanstack/react-query";
import { ChevronRightIcon, FolderOpenIcon } from "lucide-react";
import { useState } from "react";
import { PEOPLE_LOGIN } from "@aeroplane/agent/contract";
import { hopText } from "../../data/address.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { Segments } from "../../ui/choice.tsx";
import { classes } from "../../ui/classes.ts";
import { Field, TextField } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Note, ProblemNote } from "../../ui/note.tsx";
import { SuggestField } from "../../ui/suggest-field.tsx";
import type { SignInState, Method } from "./use-add-form.ts";

const methods: { value: Method; label: string; about: string }[] = [
  { value: "auto", label: "As ssh does", about: "The SSH agent, the usual key files, then whatever the server asks." },
  { value: "key", label: "Key file", about: "" },
  { value: "agent", label: "SSH agent", about: "The keys of the SSH agent that runs on this computer are offered." },
  { value: "password", label: "Password", about: "The password is asked when the server wants it, and kept only on request." },
  { value: "questions", label: "One-time code", about: "What the server asks is shown word for word, and never kept." },
];

/** The fields of a sign-in: of a new server with its name, of one that is there with how its agent is reached. */
export function AddForm({ form, existing = false }: { form: SignInState; existing?: boolean }) {
  const [more, setMore] = useState(false);
  const open = more || (form.tried && form.wrong.jumps !== null);
  const { method, tried, wrong, host } = form;
  return (
    <>
      <SuggestField
        label="Address"
        mono
        autoFocus
        placeholder="root@203.0.113.20"
        items={suggestions(form)}
        value={form.address}
        onChange={form.setAddress}
        error={tried ? wrong.address : null}
        hint={readAs(form)}
      />
      {!("wrong" in form.target) && form.target.user === PEOPLE_LOGIN && (
        <Note>An invitation: the key leads to the agent of this server, with the role that an owner gave it. Nothing is installed there.</Note>
      )}
      {form.hosts?.problem && <ProblemNote tone="warn" problem={form.hosts.problem} own={itself} />}
      {form.refusal && <ProblemNote problem={form.refusal} own={itself} />}
      {host && host.needs.length > 0 && <Needs form={form} />}
      <Field label="Sign in with">
        {() => (
          <div>
            <Segments label="Sign in with" value={method} onChange={form.setMethod} items={methods} />
          </div>
        )}
      </Field>
      {method === "key" ? (
        <KeyField form={form} />
      ) : (
        <p className="-mt-2 text-xs text-text-3">{methods.find(({ value }) => value === method)?.about}</p>
      )}
      {!existing && <TextField label="Name" optional value={form.name} onChange={form.setName} maxLength={60} placeholder={form.alias ?? ("wrong" in form.target ? "" : form.target.address)} />}
      <div>
        <button type="button" aria-expanded={open} onClick={() => setMore(!open)} className="-ml-1 flex h-7 items-center gap-1 rounded-md px-1 text-xs font-medium text-text-2 hover:text-text">
          <Icon of={ChevronRightIcon} size={14} className={classes("transition-transform", open && "rotate-90")} />
          {existing ? "Jump hosts, the program that connects and the way to the agent" : "Jump hosts and the program that connects"}
        </button>
        {open && <More form={form} existing={existing} />}
      </div>
      {form.problem && <ProblemNote problem={form.problem} own={itself} />}
    </>
  );
}

/** The form is where a server is added, and its own button is what connects. */
const itself = ["server.add", "server.connect"] as const;

/** Those of the usual folder are offered, and any other where the system can ask for it. */
function KeyField({ form }: { form: SignInState }) {
  const { path, setPath, tried, wrong } = form;
  const keys = useQuery({ queryKey: ["ssh", "keys"], queryFn: ({ signal }) => client.ssh.keys({}, { signal }), staleTime: 5000 });
  const choose = async () => {
    const { path: chosen } = await client.ssh.chooseKey({});
    if (chosen !== null) setPath(chosen);
  };
  return (
    <div className="flex items-start gap-2">
      <div className="min-w-0 flex-1">
        <SuggestField
          label="Key file on this computer"
          mono
          items={(keys.data?.keys ?? []).flatMap((value) => (value === path ? [] : [{ value }]))}
          all
          value={path}
          onChange={setPath}
          error={tried ? wrong.path : null}
          hint="Its passphrase is asked when it has one."
        />
      </div>
      {keys.data?.chooses && (
        <Button className="mt-[22px] !h-[34px]" icon={<Icon of={FolderOpenIcon} />} onClick={() => void choose().catch(() => {})}>
          Choose
        </Button>
      )}
    </div>
  );
}

/** What is written out already needs no suggestion. */
const suggestions = ({ hosts, alias: written }: SignInState) => (hosts?.hosts ?? []).flatMap(({ alias, file }) => (alias === written ? [] : [{ value: alias, about: file }]));

function More({ form, existing }: { form: SignInState; existing: boolean }) {
  const { hosts, speaks, tried, wrong, alias } = form;
  // A picked host keeps the way that its own lines give to ssh.
  const fixed = speaks === "system" && alias !== null;
  const system = hosts?.system;
  return (
    <div className="mt-2.5 flex flex-col gap-4">
      <TextField
        label="Jump hosts"
        optional
        mono
        disabled={fixed}
        placeholder="jump@bastion.example.com:22"
        value={form.jumps}
        onChange={form.setJumps}
        error={tried ? wrong.jumps : null}
        hint={fixed ? "The system's ssh takes the way that ~/.ssh/config gives for this host." : "In order, separated by commas. Each is verified under its own name and signed in to the same way."}
      />
      <Field label="Connect with" hint={system?.usable === false ? `The system's ssh cannot be used: ${system.why}.` : `The system's ssh (${system?.version ?? "OpenSSH"}) is needed for hardware keys, certificates and ProxyCommand.`}>
        {() => (
          <div>
            <Segments
              label="Connect with"
              value={speaks}
              onChange={form.setProgram}
              items={[
                { value: "built-in", label: "Built in" },
                { value: "system", label: "The system's ssh" },
              ]}
            />
          </div>
        )}
      </Field>
      {existing && !("wrong" in form.target) && form.target.user !== PEOPLE_LOGIN && (
        <Field label="Reach the agent by" hint="The bridge is for hosts that forbid forwarding.">
          {() => (
            <div>
              <Segments
                label="Reach the agent by"
                value={form.door}
                onChange={form.setDoor}
                items={[
                  { value: "forwarding", label: "Forwarding" },
                  { value: "bridge", label: "The bridge" },
                ]}
              />
            </div>
          )}
        </Field>
      )}
    </div>
  );
}

function Needs({ form }: { form: SignInState }) {
  const needs = form.host!.needs.join(" and ");
  const { speaks, hosts } = form;
  if (speaks === "system") return <Note>{`This host uses ${needs}: the system's ssh connects to it.`}</Note>;
  const why = hosts?.system.usable === false ? ` ${hosts.system.why}.` : "";
  return <Note tone="warn">{`This host uses ${needs}, which only the system's ssh can do.${why}`}</Note>;
}

function readAs({ target, host, alias, hosts }: SignInState): string {
  if (host) {
    const way = host.jumps.length > 0 ? `, through ${host.jumps.map(hopText).join(", ")}` : "";
    return `From ~/.ssh/config: user ${host.user} on ${host.address}, port ${host.port}${way}.`;
  }
  if (alias !== null) return "From ~/.ssh/config.";
  if (!("wrong" in target)) return `User ${target.user} on ${target.address}, port ${target.port}.`;
  const count = hosts?.hosts.length ?? 0;
  return `user@host:port. Without a user root, without a port 22.${count > 0 ? ` Or one of the ${count} hosts of ~/.ssh/config.` : ""}`;
}
