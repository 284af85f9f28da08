import { Component, type ErrorInfo, type ReactNode } from "react";
import { describe } from "@aeroplane/agent/contract";
import { ProblemCard, ProblemNote } from "../ui/note.tsx";

type Props = {
  /** What stands here: "the drawer". */
  what: string;
  /** With another one it is tried again by itself. */
  of?: string;
  className?: string;
  /** It has the room of a card. */
  card?: boolean;
  children: ReactNode;
};
type State = { error: Error | null; of: string | undefined };

/** One section of the window: what goes wrong in it costs that section and says so, the rest goes on. */
export class Boundary extends Component<Props, State> {
  override state: State = { error: null, of: this.props.of };

  static getDerivedStateFromError = (error: unknown): Partial<State> => ({ error: error instanceof Error ? error : new Error(String(error)) });
  static getDerivedStateFromProps = ({ of }: Props, state: State): Partial<State> | null => (of === state.of ? null : { error: null, of });

  override componentDidCatch(error: unknown, { componentStack }: ErrorInfo): void {
    console.warn(`${this.props.what} cannot be shown`, error, componentStack);
  }

  override render(): ReactNode {
    const { error } = this.state;
    const { what, className = "p-5", card = false, children } = this.props;
    if (error === null) return children;
    const problem = describe("SECTION_NOT_SHOWN", { what: what.charAt(0).toUpperCase() + what.slice(1) }, error.stack ?? error.message);
    const again = { problem, onRetry: () => this.setState({ error: null }), retryWord: "Show again" };
    if (card) return <ProblemCard {...again} />;
    return (
      <div className={className}>
        <ProblemNote {...again} />
      </div>
    );
  }
}
