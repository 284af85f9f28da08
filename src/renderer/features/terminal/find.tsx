import { ArrowDownIcon, ArrowUpIcon, XIcon } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import type { Screen } from "./screen.ts";
import { useTerminals } from "./sessions.ts";

/** Searches what the terminal still holds; Enter goes up, as the newest is below. */
export function Find({ screen }: { screen: Screen }) {
  const [word, setWord] = useState("");
  const [found, setFound] = useState(true);
  const find = (text: string, back = true) => setFound(text === "" || screen.find(text, back));
  const close = () => {
    useTerminals.setState({ finding: false });
    screen.focus();
  };
  return (
    <div role="search" className="absolute top-2 right-4 z-10 flex h-9 items-center gap-0.5 rounded-md bg-raised px-1.5 shadow-float ring-1 ring-edge">
      <input
        autoFocus
        aria-label="Search in the terminal"
        placeholder="Search"
        value={word}
        onChange={(event) => {
          setWord(event.target.value);
          find(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") find(word, !event.shiftKey);
          else if (event.key === "Escape") close();
          else return;
          event.preventDefault();
        }}
        className="h-7 w-44 rounded-sm bg-transparent px-1.5 text-xs"
      />
      <span role="status" className="min-w-14 px-1 text-xs text-text-2">
        {found ? "" : "Not found"}
      </span>
      <IconButton label="Earlier" shortcut="⏎" onClick={() => find(word)} className="!size-7">
        <Icon of={ArrowUpIcon} />
      </IconButton>
      <IconButton label="Later" shortcut="⇧ ⏎" onClick={() => find(word, false)} className="!size-7">
        <Icon of={ArrowDownIcon} />
      </IconButton>
      <IconButton label="End the search" shortcut="Esc" onClick={close} className="!size-7">
        <Icon of={XIcon} />
      </IconButton>
    </div>
  );
}
