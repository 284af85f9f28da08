import { QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { listenForShortcuts, listenForSideButtons } from "./actions/listen.ts";
import { keepTrail } from "./address/keep.ts";
import { dropGone } from "./drafts/gone.ts";
import { Shell } from "./app/shell.tsx";
import { here } from "./app/view.ts";
import { keepTheme } from "./app/theme.ts";
import { firstLook, lookedAt, tellHeld } from "./early.ts";
import { beginWith } from "./data/first-look.ts";
import { recall } from "./data/known.ts";
import { renewWhenBack } from "./data/renew.ts";
import { queries } from "./data/queries.ts";
import { tellWakes } from "./data/wake.ts";
import { drawSteps } from "./features/steps.tsx";
import { StepsOf } from "./ui/note.tsx";
import { TooltipProvider } from "./ui/tooltip.tsx";

keepTheme();
keepTrail();
tellHeld();
const { serverId } = here();
void firstLook.then((look) => {
  if (look) beginWith(look, lookedAt);
  if (serverId) recall(serverId);
});
renewWhenBack();
listenForShortcuts();
listenForSideButtons();
tellWakes();
dropGone();
createRoot(document.getElementById("root")!).render(
  <QueryClientProvider client={queries}>
    <TooltipProvider delay={500}>
      <StepsOf value={drawSteps}>
        <Shell />
      </StepsOf>
    </TooltipProvider>
  </QueryClientProvider>,
);
