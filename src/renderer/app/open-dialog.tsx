import { useEffect, useState } from "react";
import type { Server } from "../../contract/index.ts";
import { Palette } from "../features/palette/palette.tsx";
import { useView } from "./view.ts";

type Module = typeof import("../features/dialogs.tsx");

/** In a script of its own: of all that can be open, the search alone is a part of the first look. */
let brought: Module | null = null;
const bring = async (): Promise<Module> => (brought = await import("../features/dialogs.tsx"));

/** Once the window has come to rest; whoever asks for one earlier waits for it. */
const AHEAD_MS = 3000;

export function OpenDialog({ server }: { server: Server | undefined }) {
  const dialog = useView((view) => view.dialog);
  useEffect(() => {
    const timer = setTimeout(() => void bring().catch(() => {}), AHEAD_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!dialog) return null;
  return dialog.type === "palette" ? <Palette /> : <Brought server={server} />;
}

/** What cannot be brought is thrown to what stands around it, which offers to try again. */
function Brought({ server }: { server: Server | undefined }) {
  const [module, setModule] = useState(brought);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (!module) bring().then(setModule, setError);
  }, [module]);
  if (error !== null) throw error;
  return module && <module.Dialogs server={server} />;
}
