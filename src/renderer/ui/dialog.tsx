import { Dialog as Base } from "@base-ui/react/dialog";
import { focusWrong } from "./field.tsx";
import type { FormEvent, ReactNode, RefObject } from "react";
import { classes } from "./classes.ts";
import { useDepth } from "./stack.ts";

type Props = {
  title: string;
  /** The consequence, below the title. */
  about?: ReactNode;
  width?: number;
  onClose: () => void;
  /** Whether a click outside closes it; not where something was typed. */
  easy?: boolean;
  focus?: RefObject<HTMLElement | null>;
  footer: ReactNode;
  onSubmit?: () => void;
  children?: ReactNode;
};

/** Pixels by which one stands beside the one below it. */
const ASIDE = 24;

/** A plan or a question: title, consequence, body, one primary act in the footer. */
export function Dialog({ title, about, width = 600, onClose, easy, focus, footer, onSubmit, children }: Props) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    onSubmit?.();
    focusWrong(event.currentTarget as HTMLElement);
  };
  const depth = useDepth();
  const Body = onSubmit ? "form" : "div";
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()} disablePointerDismissal={!easy}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-veil transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Viewport className="fixed inset-0 z-40 flex items-center justify-center p-6">
          <Base.Popup
            data-question
            initialFocus={focus}
            style={{ width, left: depth * ASIDE, top: depth * ASIDE }}
            className="appear relative flex max-h-full max-w-full flex-col overflow-hidden rounded-xl bg-surface shadow-float outline-none ring-1 ring-edge"
          >
            <Body onSubmit={onSubmit ? submit : undefined} noValidate className="flex min-h-0 flex-col">
              <header className="px-[22px] pt-5 pb-1">
                <Base.Title className="text-lg font-semibold [overflow-wrap:anywhere]">{title}</Base.Title>
                {about && <Base.Description render={<div />} className="mt-0.5 text-pretty text-text-2 [overflow-wrap:anywhere]">{about}</Base.Description>}
              </header>
              <div className="min-h-0 overflow-y-auto px-[22px] pt-3 pb-[18px]" tabIndex={-1}>
                {children}
              </div>
              <footer className={classes("flex items-center gap-2 border-t border-line px-[22px] py-3", "justify-end")}>{footer}</footer>
            </Body>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
