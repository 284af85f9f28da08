import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import type { Server } from "../../../contract/index.ts";
import { useReferable, type VariableScope } from "../../data/agent.ts";
import { classes } from "../../ui/classes.ts";
import { TextArea } from "../../ui/field.tsx";
import { Line } from "../../ui/text.tsx";
import { begunAt, offersFor, taken, type Begun, type Offer } from "./completion.ts";

type Props = {
  server: Server;
  scope: VariableScope;
  value: string;
  autoFocus: boolean;
  hint: string | undefined;
  error: string | null;
  onChange: (value: string) => void;
};

/** A value of one or more lines; after `${{` it offers what may be referred to. */
export function ValueField({ server, scope, value, autoFocus, hint, error, onChange }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const [begun, setBegun] = useState<Begun | null>(null);
  const [chosen, setChosen] = useState(0);
  const [caret, setCaret] = useState<number | null>(null);
  const known = useReferable(server, scope.environmentId, begun !== null);
  const offers = begun === null ? [] : offersFor(begun, known.data ?? [], scope.serviceId);
  const at = Math.min(chosen, offers.length - 1);
  // After the value that it stands in was shown.
  useLayoutEffect(() => {
    if (caret !== null) field.current?.setSelectionRange(caret, caret);
  }, [caret, value]);

  const look = ({ value: text, selectionStart, selectionEnd }: HTMLTextAreaElement) => {
    setCaret(null);
    // What is shared is no template.
    const next = scope.serviceId === null || selectionStart !== selectionEnd ? null : begunAt(text, selectionStart);
    if (next?.typed !== begun?.typed) setChosen(0);
    setBegun(next);
  };
  const take = (offer: Offer) => {
    if (!begun || !field.current) return;
    const next = taken(value, field.current.selectionStart, begun, offer);
    setBegun(null);
    setCaret(next.caret);
    onChange(next.value);
    field.current.focus();
  };
  /** Where there is something to choose, its keys come first. */
  const chooses = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    // With Shift keys go back, break the line and mark text, as in any field.
    if (offers.length === 0 || (event.shiftKey && event.key !== "Escape")) return false;
    if (step !== undefined) setChosen((at + step + offers.length) % offers.length);
    else if (event.key === "Enter" || event.key === "Tab") take(offers[at]!);
    else if (event.key === "Escape") setBegun(null);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return (
    <div className="relative min-w-0" onBlur={() => setBegun(null)}>
      <TextArea
        ref={field}
        label="Value"
        autoFocus={autoFocus}
        rows={value.includes("\n") ? 4 : 1}
        value={value}
        aria-autocomplete="list"
        aria-controls={offers.length > 0 ? listId : undefined}
        aria-activedescendant={offers.length > 0 ? `${listId}-${at}` : undefined}
        onChange={onChange}
        onSelect={(event) => look(event.currentTarget)}
        onKeyDown={(event) => {
          // Few values have lines: Enter saves, as in any field, and Shift+Enter breaks.
          if (event.nativeEvent.isComposing || chooses(event) || event.key !== "Enter" || event.shiftKey) return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
        hint={hint}
        error={error}
      />
      {offers.length > 0 && <Offers id={listId} offers={offers} at={at} onTake={take} />}
    </div>
  );
}

function Offers({ id, offers, at, onTake }: { id: string; offers: Offer[]; at: number; onTake: (offer: Offer) => void }) {
  return (
    <ul id={id} role="listbox" aria-label="What it may refer to" className="absolute inset-x-0 top-full z-20 mt-1 max-h-56 overflow-y-auto rounded-lg bg-raised p-1 shadow-float ring-1 ring-edge">
      {offers.map((offer, index) => (
        <li
          key={offer.text}
          id={`${id}-${index}`}
          ref={index === at ? (item) => item?.scrollIntoView({ block: "nearest" }) : undefined}
          role="option"
          aria-selected={index === at}
          // The field keeps the keyboard.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onTake(offer)}
          className={classes("flex cursor-default items-baseline gap-3 rounded-md px-2 py-1.5 hover:bg-sunken", index === at && "bg-accent-tint")}
        >
          <Line mono className="flex-1">
            {offer.text}
          </Line>
          <Line className="max-w-[50%] text-xs text-text-2">{offer.about}</Line>
        </li>
      ))}
    </ul>
  );
}
