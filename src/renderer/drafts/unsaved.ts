import type { Service } from "@aeroplane/agent/contract";
import type { Tab } from "../address/pages.ts";
import { changedIn, draftOf } from "../features/services/config.ts";
import { useForms, type Form, type Forms } from "./drafts.ts";

/** The tab that each form stands in. */
const tabOf: Record<Form, Tab> = { settings: "settings", variable: "variables", paste: "variables", values: "variables" };

export const isUnsaved = (forms: Partial<Forms> | undefined): boolean => Object.keys(forms ?? {}).length > 0;

/** Tabs of a service with something that is typed and not saved. */
export function useUnsavedTabs(serverId: string, service: Service): Set<Tab> {
  const forms = useForms({ serverId, environmentId: service.environmentId, serviceId: service.id });
  const { settings, ...others } = forms ?? {};
  const tabs = (Object.keys(others) as Form[]).map((form) => tabOf[form]);
  // What the server has by now is as good as saved.
  if (settings && changedIn(draftOf(service), settings).length > 0) tabs.push(tabOf.settings);
  return new Set(tabs);
}
