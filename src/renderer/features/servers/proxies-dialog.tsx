import { useState } from "react";
import { addressRange } from "@aeroplane/agent/contract";
import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useAct } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { useSettings } from "../../data/settings.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextArea } from "../../ui/field.tsx";
import { ProblemNote } from "../../ui/note.tsx";
import { Skeleton } from "../../ui/text.tsx";

const MOST = 100;
const rangesIn = (text: string): string[] => [...new Set(text.split(/[\s,]+/).filter(Boolean))];

function wrongIn(ranges: string[]): string | null {
  if (ranges.length > MOST) return `At most ${MOST} ranges`;
  for (const range of ranges) {
    const read = addressRange.safeParse(range);
    if (!read.success) return `${range.slice(0, 60)}: ${read.error.issues[0]!.message}`;
  }
  return null;
}

/** Which proxies before the server are believed about where a request comes from. */
export function ProxiesDialog({ server }: { server: Server }) {
  const settings = useSettings(server);
  const [typed, setTyped] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const change = useAct(server, client.agent.instance.change);
  const text = typed ?? (settings.data?.trustedProxies ?? []).join("\n");
  const ranges = rangesIn(text);
  const wrong = wrongIn(ranges);
  const submit = () => {
    setTried(true);
    if (wrong || change.isPending || !settings.data) return;
    void change.mutateAsync({ ...settings.data, trustedProxies: ranges }).then(go.closeDialog, () => {});
  };
  return (
    <Dialog
      title={`Proxies in front of ${server.name}`}
      about="Where HTTPS ends at a proxy before this server (Cloudflare, nginx, a load balancer), name its addresses. What it says of a visitor, in X-Forwarded-Proto and the like, then reaches your apps; of everybody else it is overwritten."
      width={520}
      onClose={go.closeDialog}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={go.closeDialog}>Cancel</Button>
          <Button kind="primary" type="submit" working={change.isPending} disabled={!settings.data}>
            Save
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3.5">
        {settings.isLoading && <Skeleton className="h-32 !rounded-lg" />}
        {settings.data && (
          <TextArea
            autoFocus
            label="Addresses and ranges"
            hint="One a line, such as 173.245.48.0/20. Empty: nobody is believed. Caddy starts anew when this changes; no request fails."
            rows={7}
            value={text}
            onChange={setTyped}
            error={tried ? wrong : null}
          />
        )}
        {settings.isError && <ProblemNote problem={problemOf(settings.error)} onRetry={() => void settings.refetch()} />}
        {change.isError && <ProblemNote problem={problemOf(change.error)} />}
      </div>
    </Dialog>
  );
}
