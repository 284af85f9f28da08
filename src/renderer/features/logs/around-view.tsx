import { useEffect, useState, useSyncExternalStore } from "react";
import type { LogLine } from "@aeroplane/agent/contract";
import { exact } from "../../data/time.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/note.tsx";
import { createAround } from "./around.ts";
import { textOf } from "./copy.ts";
import type { AskPage } from "./earlier.ts";
import { Asking, LogBar, TroubleBar } from "./frame.tsx";
import { LogList } from "./list.tsx";

type Props = { line: LogLine; ask: AskPage; label: string; several: boolean; wraps: boolean; word: string; titleOf: (release: string) => string; onClose: () => void };

/** What was said before and after a line that was found. One component, one line: its key names the line. */
export function AroundView({ line, ask, label, several, wraps, word, titleOf, onClose }: Props) {
  const [around] = useState(() => createAround(line.place!, ask));
  useEffect(() => (around.begin(), () => around.close()), [around]);
  useSyncExternalStore(around.subscribe, around.version);
  const rows = around.rows();
  const problem = around.problem();
  return (
    <>
      <LogBar>
        <span className="min-w-0 flex-1 truncate text-xs text-text">{`Around the line of ${exact(line.at)}`}</span>
        <CopyButton text={() => textOf(rows, several)} label="Copy these lines" />
        <Button small autoFocus onClick={onClose}>
          Back to what was found
        </Button>
      </LogBar>
      {problem && <TroubleBar trouble={{ problem, again: around.again }} />}
      <LogList
        rows={rows}
        list={`around ${line.place}`}
        label={label}
        word={word}
        several={several}
        wraps={wraps}
        follows={false}
        onTop={around.older}
        onEnd={around.newer}
        titleOf={titleOf}
        target={0}
        empty={problem ? "" : "Looking…"}
      />
      {around.isAsking() && rows.length > 0 && <Asking />}
    </>
  );
}
