import type { StagedReview } from "@aeroplane/agent/contract";
import { Note } from "../../ui/note.tsx";
import { Line } from "../../ui/text.tsx";
import { circleWords, idleWords, memberWords } from "./words.ts";

/** What a Deploy would begin, in its order; what it would not, and which circle it cuts. */
export function Plan({ review }: { review: StagedReview }) {
  const { members, idle, broken } = review;
  const named = (id: string) => members.find(({ serviceId }) => serviceId === id)?.name;
  return (
    <section aria-label="What is deployed">
      <h3 className="mb-1.5 font-semibold">{members.length === 0 ? "Nothing is deployed now" : members.length === 1 ? "1 service is deployed" : `${members.length} services are deployed, in this order`}</h3>
      {members.length > 0 && (
        <ol className="divide-y divide-line rounded-lg border border-line">
          {members.map((member, index) => (
            <li key={member.serviceId} className="flex min-h-8 items-center gap-2.5 px-3 text-xs">
              {members.length > 1 && <span className="tabular w-4 shrink-0 text-right text-text-3">{index + 1}</span>}
              <Line className="max-w-[50%] text-xs font-medium">{member.name}</Line>
              <Line className="flex-1 text-xs text-text-2">{memberWords(member, named)}</Line>
            </li>
          ))}
        </ol>
      )}
      {idle.map((one) => (
        <p key={one.serviceId} className="mt-1.5 text-xs text-text-2 [overflow-wrap:anywhere]">
          {idleWords(one)}
        </p>
      ))}
      {broken.length > 0 && (
        <div className="mt-2.5">
          <Note tone="warn">
            {broken.map((one) => (
              <p key={`${one.serviceId} ${one.afterServiceId}`}>{circleWords(one)}</p>
            ))}
          </Note>
        </div>
      )}
    </section>
  );
}
