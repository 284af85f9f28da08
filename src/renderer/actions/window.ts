import { CommandIcon, HelpCircleIcon, LayoutGridIcon, ListFilterIcon, MonitorIcon, MoonIcon, PanelLeftIcon, SettingsIcon, SunIcon } from "lucide-react";
import { go, useView } from "../app/view.ts";
import type { Action } from "./action.ts";

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
    name: ({ view }) => (view.section === "activity" ? "Search the activity" : "Filter services"),
    icon: ListFilterIcon,
    group: "Window",
    shortcut: "/",
    when: ({ project, view }) => !!project || view.section === "activity",
    run: () => document.getElementById("filter")?.focus(),
  },
  {
    id: "go.projects",
    name: "Show projects",
    icon: LayoutGridIcon,
    group: "Window",
    shortcut: "g",
    when: ({ server }) => !!server,
    run: () => go.section("projects"),
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
