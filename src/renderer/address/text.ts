import { names } from "@aeroplane/agent/contract";
import { LONGEST_ADDRESS } from "../../contract/index.ts";
import { addressOf, type Address } from "./address.ts";
import { readDialog, writeDialog } from "./dialogs.ts";
import { isPage, isProjectTab, isTab, pageOf, pages } from "./pages.ts";

/** "/servers/…/projects/…/services/…/logs?dialog=…"; one address has one text. */
export function write(address: Address): string {
  const { serverId, projectId, environmentId, projectTab, serviceId, tab, deploymentId, dialog } = address;
  const page = pageOf(address);
  const parts: string[] = serverId ? ["servers", serverId, page] : ["alone" in pages[page] ? page : "projects"];
  if (serverId && page === "projects" && projectId) {
    parts.push(projectId);
    if (environmentId) parts.push(environmentId);
    if (serviceId) parts.push("services", serviceId, tab);
    else if (projectTab !== "services") parts.push(projectTab);
    if (serviceId && tab === "deployments" && deploymentId) parts.push(deploymentId);
  }
  return `/${parts.join("/")}${dialog ? `?${writeDialog(dialog)}` : ""}`;
}

/** Any text: null where it is no address; what of one is unknown or broken leads to the nearest page above it. */
export function read(text: string): Address | null {
  if (!text.startsWith("/") || text.length > LONGEST_ADDRESS) return null;
  const [path = "", query] = split(text, "?");
  const rest = path.slice(1).split("/");
  function next<T extends string>(admits: (part: string) => part is T): T | null {
    const [part] = rest;
    if (part === undefined || !admits(part)) return null;
    rest.shift();
    return part;
  }
  const address = addressOf();
  if (next(is("servers"))) address.serverId = next(isId);
  const page = next(isPage) ?? "projects";
  const { serverId } = address;
  if (!serverId && !("alone" in pages[page])) return address;
  const { section, ...more } = pages[page];
  address.section = section;
  if ("serverTab" in more) address.serverTab = more.serverTab;
  if (serverId && section === "projects" && (address.projectId = next(isId))) {
    address.environmentId = next(isId);
    if (next(is("services"))) {
      address.serviceId = next(isId);
      address.tab = (address.serviceId && next(isTab)) || address.tab;
      if (address.serviceId && address.tab === "deployments") address.deploymentId = next(isId);
    } else address.projectTab = next(isProjectTab) ?? address.projectTab;
  }
  // A dialog is about what its page shows: over another one than was meant it is not opened.
  if (rest.length === 0 && query !== undefined) address.dialog = readDialog(query);
  return address;
}

const is = <T extends string>(word: T) => (part: string): part is T => part === word;
const isId = (part: string): part is string => names.id.safeParse(part).success;

function split(text: string, by: string): [string, string?] {
  const at = text.indexOf(by);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + by.length)];
}
