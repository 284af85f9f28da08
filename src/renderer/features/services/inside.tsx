import type { Service } from "@aeroplane/agent/contract";
import { CopyButton } from "../../ui/note.tsx";
import { insideOf } from "./names.ts";

/** By what its siblings reach it now, to be copied. */
export function Inside({ service }: { service: Service }) {
  const inside = insideOf(service);
  if (inside.length === 0) return null;
  return (
    <div>
      <p className="text-xs text-text-2">Inside the project its siblings reach it at</p>
      <ul aria-label="Private names">
        {inside.map((address) => (
          <li key={address} className="flex min-w-0 items-center gap-1">
            <span className="min-w-0 font-mono text-xs [overflow-wrap:anywhere]">{address}</span>
            <CopyButton text={address} label={`Copy ${address}`} />
          </li>
        ))}
      </ul>
    </div>
  );
}
