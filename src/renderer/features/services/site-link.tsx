import { ExternalLinkIcon } from "lucide-react";
import type { Service } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { siteAddress } from "../../data/address.ts";
import { Icon } from "../../ui/icon.tsx";

/** Where the live release opens; nothing where there is none. */
export function SiteLink({ server, service }: { server: Server; service: Service }) {
  const site = service.liveRelease && siteAddress(server, service);
  if (!site) return null;
  return (
    <a href={site} target="_blank" rel="noreferrer" title={site} className="flex shrink-0 items-center gap-1 rounded-sm text-xs text-text-2 hover:text-accent">
      Open the site
      <Icon of={ExternalLinkIcon} size={12} className="shrink-0" />
    </a>
  );
}
