import { useEffect, useEffectEvent, useState, useSyncExternalStore, type ReactNode } from "react";
import type { Deployment, LogFilter, LogLine, Service } from "@aeroplane/agent/contract";
import { CopyButton } from "../../ui/note.tsx";
import { AroundView } from "./around-view.tsx";
import type { Buffer, Row } from "./buffer.ts";
import { textOf } from "./copy.ts";
import { createEarlier, type AskPage } from "./earlier.ts";
import { Between, BETWEEN, Filters } from "./filters.tsx";
import { useFollowing } from "./following.ts";
import { Asking, LogBar, LogFrame, NewLines, TroubleBar } from "./frame.tsx";
import { LogList } from "./list.tsx";
import type { Rows } from "./rows.ts";
import { SearchField } from "./search-field.tsx";
import { EVERYTHING, failedReleases, filterOf, isAll, titleOfRelease, type Wanted } from "./wanted.ts";

/** A search for each letter would be too many. */
const TYPING_MS = 200;

type Props = { buffer: Buffer; ask: AskPage; service: Service; deployments: readonly Deployment[]; label: string; empty: ReactNode; acts: (found: { filter: LogFilter; refused: string | null }) => ReactNode; className?: string };

/** What a service says and has said: live at the end, back to the first line that is kept, searched over all of it. */
export function ServiceLog({ buffer, ask, service, deployments, label, empty, acts, className }: Props) {
  useSyncExternalStore(buffer.subscribe, buffer.version);
  const [earlier] = useState(() => createEarlier(buffer, ask));
  useEffect(() => () => earlier.close(), [earlier]);
  const [wanted, setWanted] = useState(EVERYTHING);
  const [wraps, setWraps] = useState(false);
  const { follows, newLines, follow, leave, onScrolled } = useFollowing(buffer);
  const [around, setAround] = useState<LogLine | null>(null);
  const [target, setTarget] = useState<number>();
  const settled = useSettled(wanted);

  const several = service.instances.length > 1;
  const failed = failedReleases(deployments, service);
  const titleOf = (release: string) => titleOfRelease(release, deployments, service);
  const filter = filterOf(settled, failed.map(({ releaseId }) => releaseId!));
  earlier.set(filter);
  const key = JSON.stringify(filter);
  const searches = !isAll(settled);
  const look = useEffectEvent(() => earlier.more());
  // The stream says where it begins with its first lines.
  const goesBack = typeof buffer.front() === "string";
  useEffect(() => {
    if (searches && goesBack) look();
  }, [key, searches, goesBack]);

  const { rows: kept, done } = earlier.view();
  const rows = saysNothing(kept) ? { ...kept, length: 0 } : kept;
  const all = buffer.rows();
  const trouble = buffer.trouble();
  const missed = earlier.problem();
  const isDone = done && !earlier.isAsking();
  const change = (next: Wanted) => {
    setWanted(next);
    setTarget(undefined);
    if (next.time !== wanted.time || next.release !== wanted.release || next.level !== wanted.level) follow();
  };
  /** One that the stream has told stands among all others already; one from before is asked for with its neighbours. */
  const showAround = (row: Row) => {
    if (!("line" in row)) return;
    if (row.line.place !== undefined) return setAround(row.line);
    setWanted(EVERYTHING);
    leave();
    setTarget(row.number);
  };
  const word = settled.text.trim().toLowerCase();

  return (
    <LogFrame label={label} className={className}>
      {around ? (
        <AroundView key={around.place} line={around} ask={ask} label={label} several={several} wraps={wraps} word={word} titleOf={titleOf} onClose={() => setAround(null)} />
      ) : (
        <>
          <LogBar>
            <SearchField label={`Search in ${label.toLowerCase()}`} value={wanted.text} onChange={(text) => change({ ...wanted, text })} />
            {searches && (
              <span role="status" className="tabular shrink-0 text-xs">
                {countOf(rows.length, isDone, earlier.hasMore())}
              </span>
            )}
            {acts({ filter, refused: notToBeHad(searches, isDone && !earlier.hasMore(), rows.length) })}
            <CopyButton text={() => textOf(rows, several)} label={searches ? "Copy the lines found" : "Copy the log"} />
          </LogBar>
          <LogBar>
            <Filters wanted={wanted} onChange={change} failed={failed} titleOf={titleOf} wraps={wraps} onWraps={setWraps} />
          </LogBar>
          {wanted.time?.name === BETWEEN && (
            <LogBar>
              <Between time={wanted.time} onChange={(time) => change({ ...wanted, time })} onClose={() => change({ ...wanted, time: null })} />
            </LogBar>
          )}
          {trouble && (all.length === 0 || !trouble.isShort) && <TroubleBar trouble={trouble} />}
          {missed && <TroubleBar trouble={{ problem: missed, again: () => earlier.more() }} />}
          <LogList
            rows={rows}
            list={key}
            label={label}
            word={word}
            several={several}
            wraps={wraps}
            follows={follows}
            onScrolled={onScrolled}
            onTop={() => missed === null && earlier.more()}
            titleOf={titleOf}
            onAround={searches ? showAround : undefined}
            target={searches ? undefined : target}
            empty={searches ? (isDone ? nothingFound(settled) : "Looking…") : trouble ? "" : empty}
          />
          {earlier.isAsking() && !searches && <Asking />}
          <NewLines count={newLines} onClick={follow} />
        </>
      )}
    </LogFrame>
  );
}

/** "12 lines": of all that is kept; with a plus there may be more further back, with an ellipsis it is being looked for. */
const countOf = (count: number, done: boolean, more: boolean): string => `${count}${done && more ? "+" : ""} ${count === 1 && !(done && more) ? "line" : "lines"}${done ? "" : "…"}`;

/** That nothing stands before nothing need not be said. */
const saysNothing = (rows: Rows<Row>): boolean => rows.length === 1 && "edge" in rows.at(0)!;

/** Why what was found cannot be downloaded. */
const notToBeHad = (searches: boolean, isOver: boolean, count: number): string | null =>
  !searches ? "Search or filter first: what is found can be downloaded." : isOver && count === 0 ? "Nothing was found that could be downloaded." : null;

const nothingFound = ({ text, level, time, release }: Wanted): string => {
  const word = text.trim();
  const also = level !== null || time !== null || release !== null;
  return word === "" ? "No kept line is of that kind." : `No kept line${also ? " of that kind" : ""} contains “${word}”.`;
};

/** What is typed counts when no more is typed; all else at once. */
function useSettled(wanted: Wanted): Wanted {
  const [text, setText] = useState(wanted.text);
  useEffect(() => {
    const timer = setTimeout(() => setText(wanted.text), wanted.text === "" ? 0 : TYPING_MS);
    return () => clearTimeout(timer);
  }, [wanted.text]);
  return { ...wanted, text };
}
