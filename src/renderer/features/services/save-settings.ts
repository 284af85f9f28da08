import type { Service } from "@aeroplane/agent/contract";
import { hostnameFrom } from "../../data/address.ts";
import { ofService } from "../../data/agent.ts";
import { stage } from "../../data/staged.ts";
import { client } from "../../link.ts";
import { damagedFields, settingsBetween } from "../staged/rows.ts";
import { editedConfig, type Draft, type DraftField } from "./config.ts";

const AT_ONCE: readonly DraftField[] = ["name", "hostname"];

/**
 * Name and hostname at once, the rest beside what is wanted until it is deployed; `saved` is told of each part as soon as
 * it is. An agent without a stage takes all of it at once, or nothing. `service`: with what is staged of it already.
 */
export async function saveSettings(serverId: string, service: Service, draft: Draft, fields: DraftField[], saved: (fields: DraftField[]) => void): Promise<void> {
  const { environmentId, id, traits } = service;
  const config = editedConfig(traits, draft, service.config, fields);
  const atOnce = {
    ...(fields.includes("name") ? { name: draft.name } : {}),
    ...(fields.includes("hostname") ? { hostname: hostnameFrom(draft.hostname).trim() || null } : {}),
  };
  const update = (more: object) => client.agent.services.update({ ...ofService(service), ...atOnce, ...more }, { context: { serverId } });
  const staged = config === null || (await stage(serverId, { environmentId, serviceId: id }, { settings: settingsBetween(service.config, config, damagedFields(service)) })) !== null;
  if (!staged) await update({ config });
  else if (config !== null) saved(fields.filter((field) => !AT_ONCE.includes(field)));
  if (staged && Object.keys(atOnce).length > 0) await update({});
  saved(fields);
}
