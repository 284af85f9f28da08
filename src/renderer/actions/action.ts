import type { LucideIcon } from "lucide-react";
import type { Environment, Person, Project, Service, Volume } from "@aeroplane/agent/contract";
import type { Server } from "../../contract/index.ts";
import type { View } from "../app/view.ts";

/** What an act is about: whatever is looked at, or what a menu was opened on. */
export type Context = {
  view: View;
  servers: Server[];
  server: Server | undefined;
  project: Project | undefined;
  environment: Environment | undefined;
  /** Of that environment. */
  services: Service[];
  service: Service | undefined;
  person?: Person;
  volume?: Volume;
};

/** One thing a person can do: feeds the shortcuts, the palette, every menu and the help from the same data. */
export type Action = {
  id: string;
  name: string | ((context: Context) => string);
  icon: LucideIcon;
  group: "Service" | "Environment" | "Project" | "Server" | "Window";
  /** "mod+k", "shift+enter", "alt+arrowleft", "c", "?" */
  shortcut?: string;
  /** Besides on a Mac, where a system has keys of its own for it. */
  macShortcut?: string;
  /** Its keys work also while a dialog is open. */
  overDialog?: boolean;
  danger?: boolean;
  when: (context: Context) => boolean;
  run: (context: Context) => void;
};

export const nameOf = (action: Action, context: Context) =>
  typeof action.name === "string" ? action.name : action.name(context);
