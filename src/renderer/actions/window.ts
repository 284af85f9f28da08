import { ArrowLeftIcon, ArrowRightIcon, CommandIcon, HelpCircleIcon, LayoutGridIcon, LinkIcon, ListFilterIcon, MonitorIcon, MoonIcon, PanelLeftIcon, SettingsIcon, SunIcon } from "lucide-react";
import { toast } from "sonner";
import { linkTo } from "../address/link.ts";
import { go, here, trail, useView } from "../app/view.ts";
import { inElectron } from "../link.ts";
import { copyText } from "../ui/note.tsx";
import type { Action } from "./action.ts";
import { perform } from "./perform.ts";

const theme = (id: "system" | "light" | "dark", name: string, icon: Action["icon"]): Action => ({
  id: `theme.${id}`,
  name,
  icon,
  group: "Window",
  when: ({ view }) => view.theme !== id,
  run: () => useView.setState({ theme: id }),
});

export const windowActions: Action[] = [
  {
    id: "palette",
    name: "Search and act",
    icon: CommandIcon,
    group: "Window",
    shortcut: "mod+k",
    when: () => true,
    run: () => go.open({ type: "palette" }),
  },
  {
    id: "filter",
    name: ({ view, project }) => (view.section === "activity" ? "Search the activity" : project ? "Filter services" : "Filter projects"),
    icon: ListFilterIcon,
    group: "Window",
    shortcut: "/",
    when: ({ project, server, view }) => !!project || view.section === "activity" || (!!server && view.section === "projects"),
    run: () => document.getElementById("filter")?.focus(),
  },
  {
    id: "go.projects",
    name: "Show projects",
    icon: LayoutGridIcon,
    group: "Window",
    shortcut: "g",
    when: ({ server }) => !!server,
    run: ({ server }) => go.section("projects", server?.id),
  },
  {
    id: "back",
    name: "Back",
    icon: ArrowLeftIcon,
    group: "Window",
    shortcut: "alt+arrowleft",
    macShortcut: "mod+[",
    overDialog: true,
    when: () => trail.canGoBack(),
    run: go.back,
  },
  {
    id: "forward",
    name: "Forward",
    icon: ArrowRightIcon,
    group: "Window",
    shortcut: "alt+arrowright",
    macShortcut: "mod+]",
    when: () => trail.canGoForward(),
    run: go.forward,
  },
  {
    id: "copy-link",
    name: "Copy a link to this page",
    icon: LinkIcon,
    group: "Window",
    when: () => true,
    run: ({ environment }) => {
      // Which environment was looked at last is another one elsewhere: the link names it.
      const address = { ...here(), environmentId: environment?.id ?? here().environmentId };
      const link = linkTo(address, inElectron ? null : location.origin + location.pathname);
      perform("Copy the link", null, () => copyText(link).then(() => void toast.success("Link copied")));
    },
  },
  {
    id: "settings",
    name: "Settings",
    icon: SettingsIcon,
    group: "Window",
    shortcut: "mod+,",
    when: () => true,
    run: () => go.section("settings"),
  },
  {
    id: "side",
    name: "Show or hide the side",
    icon: PanelLeftIcon,
    group: "Window",
    shortcut: "mod+b",
    when: () => true,
    run: ({ view }) => useView.setState({ sideOpen: !view.sideOpen }),
  },
  theme("light", "Light theme", SunIcon),
  theme("dark", "Dark theme", MoonIcon),
  theme("system", "Theme of the system", MonitorIcon),
  {
    id: "shortcuts",
    name: "Keyboard shortcuts",
    icon: HelpCircleIcon,
    group: "Window",
    shortcut: "?",
    when: () => true,
    run: () => go.open({ type: "shortcuts" }),
  },
];
