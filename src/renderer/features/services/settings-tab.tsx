import { useRef, useState, type FormEvent, type ReactNode } from "react";
import { TRASH_DAYS, type Service } from "@aeroplane/agent/contract";
import { action } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import type { Server } from "../../../contract/index.ts";
import { hostnameFrom } from "../../data/address.ts";
import { useAct } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { useStaged } from "../../data/staged.ts";
import { changeDraft, dropDraft, useForms, withField } from "../../drafts/drafts.ts";
import { Button } from "../../ui/button.tsx";
import { focusWrong } from "../../ui/field.tsx";
import { Note, ProblemNote } from "../../ui/note.tsx";
import { knowsShape, runs, setsAnswers, stopWords } from "../../shapes/shapes.ts";
import { rowsOf, withStaged } from "../staged/rows.ts";
import { ElsewhereFields, HostnameField, NameField, RunFields, SiteFields, SourceFields, TimeFields } from "./config-fields.tsx";
import { changedIn, draftOf, isForeign, refusedIn, wrongEdits, type Draft, type DraftField } from "./config.ts";
import { keepsVolumes } from "../volumes/listed.ts";
import { saveSettings } from "./save-settings.ts";
import { Inside } from "./inside.tsx";
import { marksOf } from "./staged-marks.tsx";
import { SiteAnswerFields } from "./site-fields.tsx";

const none: Partial<Draft> = {};

/** Everything a service is made from, and the acts that end it. */
export function SettingsTab({ server, service: wanted }: { server: Server; service: Service }) {
  const staged = useStaged(server, wanted.environmentId).data;
  const rows = rowsOf(staged, wanted.id);
  // As it would be once what is staged is deployed.
  const service = withStaged(wanted, rows);
  const of = { serverId: server.id, environmentId: service.environmentId, serviceId: service.id };
  const edits = useForms(of)?.settings ?? none;
  const [tried, setTried] = useState(false);
  const kept = draftOf(service);
  const draft = { ...kept, ...edits };
  const changed = changedIn(kept, edits);
  const { traits } = service;
  const foreign = foreignTo(service);
  const wrong = wrongEdits(service, { ...draft, hostname: hostnameFrom(draft.hostname) }, changed);
  const away = !answers(server);
  const refused = refusedTo(server, "deployer");
  const set = (field: DraftField, value: string) => changeDraft(of, "settings", (before) => withField(before, field, value === kept[field] ? undefined : value));
  const form = useRef<HTMLFormElement>(null);
  const settle = () => {
    setTried(false);
    // The button that had the keyboard goes: it stays in the form.
    form.current?.focus({ preventScroll: true });
  };
  // Also where another tab is shown by then; what was typed meanwhile stays.
  const saved = (fields: DraftField[]) => changeDraft(of, "settings", (now) => fields.reduce((left, field) => (left?.[field] === draft[field] ? withField(left, field, undefined) : left), now));
  const saving = useAct(server, (fields: DraftField[]) => saveSettings(server.id, service, draft, fields, saved));
  const save = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    focusWrong(event.currentTarget as HTMLElement);
    if (Object.keys(wrong).length > 0 || changed.length === 0 || saving.isPending) return;
    void saving.mutateAsync(changed).then(settle, () => {});
  };
  const discard = () => {
    saving.reset();
    dropDraft(of, "settings");
    settle();
  };
  const problem = saving.isError ? problemOf(saving.error) : null;
  const refusedField = problem && refusedIn(problem, draft);
  const fields = { traits, draft, wrong: { ...refusedField, ...(tried ? wrong : {}) }, set, marks: marksOf(server, wanted, rows), keeps: keepsVolumes(service, rows), disabled: away || refused !== null };
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="min-h-0 flex-1 overflow-y-auto">
        {refused && <p className="px-5 pt-5 text-text-2 [overflow-wrap:anywhere]">{refused}</p>}
        <form id="service-settings" ref={form} tabIndex={-1} noValidate onSubmit={save} className="flex flex-col gap-7 p-5">
          <Section title="General" about="Both take effect at once.">
            <div className={traits.routed ? "grid grid-cols-2 gap-3" : ""}>
              <NameField {...fields} />
              <HostnameField {...fields} local={server.kind === "local"} />
            </div>
            <Inside service={wanted} />
          </Section>
          {foreign !== null && <Note>{foreign}</Note>}
          {foreign === null && (
            <Section title="Source" about={staged ? "What is saved is staged, here and below: it takes effect when it is deployed." : "Takes effect with the next deploy, as all below."}>
              <SourceFields {...fields} />
              <ElsewhereFields {...fields} />
              <SiteFields {...fields} />
            </Section>
          )}
          {foreign === null && setsAnswers(traits) && (
            <Section title="Answers">
              <SiteAnswerFields {...fields} />
            </Section>
          )}
          {foreign === null && runs(traits) && (
            <Section title="Run">
              <RunFields {...fields} />
              <TimeFields {...fields} />
            </Section>
          )}
          {problem && !refusedField && <ProblemNote problem={problem} />}
        </form>
        <div className="px-5 pb-6">
          <Danger server={server} service={service} away={away} />
        </div>
      </div>
      {changed.length > 0 && (
        <footer className="flex shrink-0 items-center gap-2 border-t border-line bg-surface px-5 py-2.5">
          <p role="status" className="tabular min-w-0 flex-1 truncate text-text-2">
            {changed.length === 1 ? "1 setting is not saved" : `${changed.length} settings are not saved`}
          </p>
          <Button onClick={discard}>Discard</Button>
          <Button kind="primary" type="submit" form="service-settings" working={saving.isPending} disabled={away}>
            Save
          </Button>
        </footer>
      )}
    </div>
  );
}

/** Why its settings cannot be shown here: they would be sent back without what only a newer agent knows. */
function foreignTo(service: Service): string | null {
  if (!isForeign(service)) return null;
  const { shape, traits, config } = service;
  const what = knowsShape(shape) ? `the source "${config.source.type}"` : `services such as "${traits.word}"`;
  return `This app does not know ${what}. Update the app to change its settings; everything else works.`;
}

function Section({ title, about, children }: { title: string; about?: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-4">
      <header>
        <h3 className="text-base font-semibold">{title}</h3>
        {about && <p className="text-xs text-text-2">{about}</p>}
      </header>
      {children}
    </section>
  );
}

function Danger({ server, service, away }: { server: Server; service: Service; away: boolean }) {
  const run = (id: string) => () => action(id).run(readContext({ service }));
  const can = (id: string) => action(id).when(readContext({ service }));
  return (
    <section aria-label="Danger zone">
      <h3 className="mb-3 text-base font-semibold">Danger zone</h3>
      <ul className="divide-y divide-line rounded-lg border border-line">
        {can("service.restart") && (
          <Act about="A new container of the live release takes over." title="Restart the service">
            <Button disabled={away} onClick={run("service.restart")}>
              Restart
            </Button>
          </Act>
        )}
        {can("service.stop") && (
          <Act title="Stop the service" about={stopWords(service.traits)}>
            <Button disabled={away} onClick={run("service.stop")}>
              Stop
            </Button>
          </Act>
        )}
        {can("service.start") && (
          <Act title="Start the service" about="The release that was live comes back.">
            <Button disabled={away} onClick={run("service.start")}>
              Start
            </Button>
          </Act>
        )}
        <Act title="Delete the service" about={`Its releases, variables and logs go with it.${service.volumes.length > 0 ? ` Its volumes lie in the trash for ${TRASH_DAYS} days.` : ""}`}>
          <Button kind="danger" disabled={away} refused={refusedTo(server, "owner")} onClick={run("service.delete")}>
            Delete…
          </Button>
        </Act>
      </ul>
    </section>
  );
}

function Act({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  return (
    <li className="flex items-center gap-4 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="font-medium">{title}</p>
        <p className="text-xs text-text-2">{about}</p>
      </div>
      {children}
    </li>
  );
}
