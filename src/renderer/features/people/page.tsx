import { MoreHorizontalIcon, UserPlusIcon } from "lucide-react";
import { useState } from "react";
import type { Person } from "@aeroplane/agent/contract";
import { action, menuOf, personMenu } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { Bar } from "../../app/bar.tsx";
import type { Server } from "../../../contract/index.ts";
import { usePeople } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { isInvited, refusedTo, roleOn, roleWords } from "../../data/role.ts";
import { answers, lettersOf } from "../../data/servers.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { ContextMenu, Menu } from "../../ui/menu.tsx";
import { Empty, ProblemNote } from "../../ui/note.tsx";
import { Age, Line, Skeleton } from "../../ui/text.tsx";
import { VirtualGrid } from "../../ui/virtual-grid.tsx";
import { Refusal } from "../refusal.tsx";
import { Stale, StaleNote } from "../servers/stale.tsx";

const MANY = 12;

/** Who else may come in, with which role; the owners' own logins are not listed, they belong to the host. */
export function PeoplePage({ server }: { server: Server }) {
  const asked = usePeople(server);
  const [filter, setFilter] = useState("");
  const people = asked.data?.people ?? [];
  const word = filter.trim().toLowerCase();
  const shown = word ? people.filter((person) => `${person.name} ${person.role} ${person.fingerprint}`.toLowerCase().includes(word)) : people;
  const unable = asked.data?.problems.find(({ code }) => code === "PEOPLE_UNAVAILABLE");
  const invite = (primary: boolean) => (
    <Button
      kind={primary ? "primary" : "plain"}
      icon={<Icon of={UserPlusIcon} />}
      refused={refusedTo(server, "owner") ?? unable?.message}
      disabled={!answers(server)}
      onClick={() => action("person.invite").run(readContext({ server }))}
    >
      Invite a person
    </Button>
  );
  return (
    <>
      <Bar path={[{ name: "People" }]} act={people.length > 0 ? invite(false) : undefined} />
      <Refusal />
      <StaleNote server={server} />
      {asked.isError && (
        <div className="p-5">
          <ProblemNote problem={problemOf(asked.error)} detail onRetry={() => void asked.refetch()} />
        </div>
      )}
      {asked.data && asked.data.problems.length > 0 && (
        <div className="flex flex-col gap-3 px-5 pt-4">
          {asked.data.problems.map((problem) => (
            <ProblemNote key={problem.code + problem.message} problem={problem} tone="warn" onRetry={() => void asked.refetch()} retryWord="Check again" />
          ))}
        </div>
      )}
      {asked.isLoading && (
        <div aria-busy className="grid grid-cols-[repeat(auto-fill,minmax(320px,1fr))] gap-3 p-5">
          {[0, 1, 2].map((card) => (
            <Skeleton key={card} className="h-[72px] !rounded-lg" />
          ))}
        </div>
      )}
      {asked.data && people.length === 0 && (
        <Empty title="Nobody is invited" act={invite(true)}>
          A person comes in with an SSH key of their own and a role. The key leads to the agent and opens nothing else on the server.
        </Empty>
      )}
      {people.length > 0 && (
        <Stale server={server} className="flex min-h-0 flex-1 flex-col">
          <p className="px-5 pt-4 pb-1 text-xs text-text-2">
            They sign in as <span className="font-mono">{asked.data!.login}</span> with their own keys. Logins of the host, such as {isInvited(server) ? "root" : (server.login?.user ?? "root")}, are owners and not listed.
            {isInvited(server) && ` Your role on ${server.name} is ${roleOn(server)}.`}
          </p>
          {people.length > MANY && (
            <div className="w-72 px-5 pt-2">
              <TextField label="Filter" value={filter} onChange={setFilter} placeholder="Name, role or key" />
            </div>
          )}
          {shown.length === 0 && <p className="px-5 pt-6 text-text-2">Nobody fits “{filter}”.</p>}
          {shown.length > 0 && (
            <VirtualGrid
              label="People"
              items={shown}
              keyOf={(person) => person.id}
              rowHeight={72}
              minWidth={320}
              top={12}
              onOpen={() => {}}
              render={(person, focusable) => <Card server={server} person={person} {...focusable} />}
            />
          )}
        </Stale>
      )}
    </>
  );
}

type CardProps = { server: Server; person: Person; tabIndex: number; "data-index": number };

function Card({ server, person, ...focusable }: CardProps) {
  const items = () => menuOf(personMenu, readContext({ server, person }));
  const you = server.hello?.me?.personId === person.id;
  const card = (
    <div role="group" aria-label={person.name} {...focusable} className="flex h-full items-center gap-3 rounded-lg border border-line bg-surface pr-2 pl-3.5 shadow-card">
      <span aria-hidden className="flex size-[30px] shrink-0 items-center justify-center rounded-full border border-line bg-bg text-xs font-medium text-text-2">
        {lettersOf(person.name)}
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-2">
          <Line className="font-semibold">{person.name}</Line>
          {you && <span className="shrink-0 text-xs text-text-2">you</span>}
        </div>
        <div className="flex items-center gap-1.5 text-xs text-text-2">
          <Line mono className="max-w-44">
            {person.fingerprint}
          </Line>
          <span aria-hidden>·</span>
          <span className="shrink-0 whitespace-nowrap">{person.lastSeenAt === null ? "not yet here" : <>seen <Age at={person.lastSeenAt} ago /></>}</span>
        </div>
      </div>
      <Line className="max-w-28 shrink-0 rounded-sm border border-line px-2 py-0.5 text-xs text-text-2">{roleWords(person.role).name}</Line>
      <Menu
        items={items}
        trigger={
          <IconButton label={`Acts on ${person.name}`} tabIndex={focusable.tabIndex}>
            <Icon of={MoreHorizontalIcon} />
          </IconButton>
        }
      />
    </div>
  );
  return <ContextMenu items={items} target={card} />;
}
