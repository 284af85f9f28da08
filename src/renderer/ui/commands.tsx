import { CopyButton } from "./note.tsx";

/** To be run by a person, who copies them. */
export function Commands({ lines, label = "Commands" }: { lines: string[]; label?: string }) {
  return (
    <div className="flex items-start gap-1 rounded-md border border-line bg-sunken py-1 pr-1 pl-3">
      <pre tabIndex={0} aria-label={label} className="min-w-0 flex-1 py-1.5 font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
        {lines.join("\n")}
      </pre>
      <CopyButton text={lines.join("\n")} label={lines.length === 1 ? "Copy the command" : "Copy the commands"} />
    </div>
  );
}
