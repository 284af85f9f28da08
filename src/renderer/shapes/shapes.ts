import { BoxIcon, CogIcon, GlobeIcon, PanelsTopLeftIcon, type LucideIcon } from "lucide-react";
import { shapes, siteSettings, type Service, type ShapeName, type ShapeSetting, type Traits } from "@aeroplane/agent/contract";
import type { Server } from "../../contract/index.ts";
import { sourceIcon } from "./sources.ts";

const icons: Record<ShapeName, LucideIcon> = { web: GlobeIcon, worker: CogIcon, static: PanelsTopLeftIcon };

export const knowsShape = (name: string): name is ShapeName => Object.hasOwn(shapes, name);

/** One that this window does not know has a sign of its own. */
export const shapeIcon = (name: string): LucideIcon => (knowsShape(name) ? icons[name] : BoxIcon);

/** A service at a hostname looks as its shape does, one without as where it comes from. */
export function serviceIcon({ shape, traits, config, hostname }: Pick<Service, "shape" | "traits" | "config" | "hostname">): LucideIcon {
  return runs(traits) && traits.routed && hostname === null ? sourceIcon(config.source.type) : shapeIcon(shape);
}

/** It has containers: logs, a shell, something to restart. */
export const runs = (traits: Traits): boolean => traits.process === "container";
export const makesSite = (traits: Traits): boolean => traits.makes === "site";
export const hasPort = (traits: Traits): boolean => traits.port === "wanted";
export const mustAnswer = (traits: Traits): boolean => traits.checked === "answers";

/** Whether it can be made to run or to answer so; an agent from before there was a choice names nothing. */
export const canSet = ({ settings }: Traits, setting: ShapeSetting): boolean => settings?.includes(setting) ?? false;

/** What a service of a shape would be on that server: older agents drop settings that they do not know, so what nothing tells of is not offered. `like`: one of that shape that is there. */
export function traitsOn({ hello }: Pick<Server, "hello">, shape: ShapeName, like?: Pick<Service, "traits">): Traits {
  const { settings: _, ...traits } = shapes[shape];
  const settings = hello?.settings ? hello.settings[shape] : like?.traits.settings;
  return settings ? { ...traits, settings: [...settings] } : traits;
}

/** Whether anything of how a site answers can be set. */
export const setsAnswers = (traits: Traits): boolean => makesSite(traits) && siteSettings.some((setting) => canSet(traits, setting));

/** What it is found by besides its name. An app at a hostname is what most are: its word would find them all. */
export const wordsOf = ({ traits, config }: Pick<Service, "traits" | "config">): string => `${runs(traits) && traits.routed ? "" : traits.word} ${config.source.type}`;

/** Below its name where it has no hostname. */
export const unplaced = ({ word, routed }: Traits): string => `${word} · ${routed ? "no hostname" : "no address"}`;

export const restingLine = (traits: Traits): string => (traits.process === "files" ? "Served as files" : "Running");
export const stopWords = (traits: Traits): string => {
  const end = runs(traits) ? "The container ends" : "It is no longer served";
  return traits.routed ? `${end}; its hostname answers that it is stopped.` : `${end}.`;
};
