import { PencilLineIcon } from "lucide-react";
import { Icon } from "./icon.tsx";

/** That something typed there is not saved; stands behind a name. No dot: that is what states are. */
export function Unsaved() {
  return (
    <span title="Not saved" className="flex shrink-0 text-text-2">
      <Icon of={PencilLineIcon} size={14} />
      <span className="sr-only">not saved</span>
    </span>
  );
}
