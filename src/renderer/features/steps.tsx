import { createContext, useContext } from "react";
import type { Act, Problem } from "@aeroplane/agent/contract";
import type { Context } from "../actions/action.ts";
import { readContext } from "../actions/context.ts";
import { offersFor } from "../actions/steps.ts";
import { useView } from "../app/view.ts";
import { Button } from "../ui/button.tsx";
import { Commands } from "../ui/commands.tsx";

/** What the errors below here are about, where that is not what the window looks at. */
export const ErrorsAbout = createContext<Partial<Context>>({});

type Props = { problem: Problem; except: readonly Act[] };

/** The buttons and commands of an error, wherever it is shown. */
export const drawSteps = (props: Props) => <Steps {...props} />;

function Steps({ problem, except }: Props) {
  // What applies follows from where the window is.
  useView();
  const about = useContext(ErrorsAbout);
  return offersFor(problem, readContext(about), except).map((offer) =>
    "run" in offer ? (
      <Button key={offer.word} small onClick={() => offer.run()}>
        {offer.word}
      </Button>
    ) : (
      <div key={offer.command} className="order-first w-full">
        <Commands lines={[offer.command]} label={offer.on === "server" ? "To run on the server" : "To run on this computer"} />
      </div>
    ),
  );
}
