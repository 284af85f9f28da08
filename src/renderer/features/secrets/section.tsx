import { nameOf } from "../../actions/action.ts";
import { readContext } from "../../actions/context.ts";
import { secretsActions } from "../../actions/secrets.ts";
import { problemOf } from "../../data/problem.ts";
import { useSecrets } from "../../data/secrets.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Note, ProblemNote } from "../../ui/note.tsx";
import { Skeleton } from "../../ui/text.tsx";
import { Refusal } from "../refusal.tsx";
import { Row, Section } from "../settings/section.tsx";

/** Where passwords and passphrases are, in words, and what can be done about it. */
export function SecretsSection() {
  const { data, isError, error, refetch } = useSecrets();
  if (isError && !data) return <ProblemNote problem={problemOf(error)} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton className="h-28 !rounded-lg" />;
  const context = readContext();
  return (
    <>
      <Refusal />
      <Section title="Passwords and passphrases">
        <Row name="Kept">{`${data.words}.`.replace(/\.\.$/, ".")}</Row>
        {data.file && (
          <Row name="Sealed file">
            <span className="font-mono text-xs">{data.file.path}</span>
            {!data.file.damaged && <span className="block text-text-2">{data.file.entries === 1 ? "1 secret" : `${data.file.entries} secrets`}</span>}
          </Row>
        )}
        {data.trouble && (
          <div className="p-3">
            <Note tone="warn">{data.trouble}</Note>
          </div>
        )}
        <div className="flex flex-wrap gap-2 px-4 py-3">
          {secretsActions
            .filter((each) => each.when(context))
            .map((each) => (
              <Button key={each.id} small kind={each.danger ? "danger" : "plain"} icon={<Icon of={each.icon} size={14} />} onClick={() => each.run(readContext())}>
                {nameOf(each, context)}
              </Button>
            ))}
        </div>
      </Section>
    </>
  );
}
