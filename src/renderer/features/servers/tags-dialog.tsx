import { useMemo, useState } from "react";
import { names } from "@aeroplane/agent/contract";
import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { problemOf } from "../../data/problem.ts";
import { servers } from "../../data/servers.ts";
import { tagsIn } from "../../data/tags.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { ProblemNote } from "../../ui/note.tsx";

/** Words of the person's own, typed; those of other servers are one click away. */
export function TagsDialog({ server }: { server: Server }) {
  const [text, setText] = useState(server.tags.join(", "));
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const list = servers.use();
  const tags = tagsIn(text);
  const others = useMemo(() => [...new Set((list ?? []).flatMap((each) => each.tags))].sort().slice(0, 30), [list]);
  const missing = others.filter((tag) => !tags.includes(tag));
  const wrong = tags.length > 20 ? "At most 20 tags" : (tags.find((tag) => !names.title.safeParse(tag).success) ?? null);
  const submit = async () => {
    setTried(true);
    if (wrong) return;
    try {
      await client.servers.setTags({ id: server.id, tags });
      go.closeDialog();
    } catch (thrown) {
      setError(thrown);
    }
  };
  return (
    <Dialog
      title={`Tags of ${server.name}`}
      about="Words to find and group servers by, on this computer only."
      width={480}
      onClose={go.closeDialog}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={go.closeDialog}>Cancel</Button>
          <Button kind="primary" type="submit">
            Save
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3.5">
        <TextField
          autoFocus
          label="Tags"
          hint="Separated by commas, such as production, eu"
          value={text}
          onChange={setText}
          maxLength={1300}
          error={tried && wrong ? (wrong.startsWith("At most") ? wrong : `“${wrong.slice(0, 40)}” is not a tag: 1 to 60 characters`) : null}
        />
        {missing.length > 0 && (
          <div role="group" aria-label="Tags of other servers" className="-m-1 flex max-h-28 flex-wrap gap-1.5 overflow-y-auto p-1">
            {missing.map((tag) => (
              <Button key={tag} small className="max-w-full" onClick={() => setText([...tags, tag].join(", "))}>
                <span className="truncate">{tag}</span>
              </Button>
            ))}
          </div>
        )}
        {error !== null && <ProblemNote problem={problemOf(error)} />}
      </div>
    </Dialog>
  );
}
