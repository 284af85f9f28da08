import { QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { listenForShortcuts, listenForSideButtons } from "./actions/listen.ts";
import { keepTrail } from "./address/keep.ts";
import { dropGone } from "./drafts/gone.ts";
import { Shell } from "./app/shell.tsx";
import { here } from "./app/view.ts";
import { keepTheme } from "./app/theme.ts";
import { linkState } from "./link.ts";
import { recall } from "./data/known.ts";
import { queries } from "./data/queries.ts";
import { tellWakes } from "./data/wake.ts";
import { drawSteps } from "./features/steps.tsx";
import { StepsOf } from "./ui/note.tsx";
import { TooltipProvider } from "./ui/tooltip.tsx";
import "./styles/index.css";

keepTheme();
keepTrail();
const { serverId } = here();
if (serverId) recall(serverId);
// What was asked while the link was away may be old by now.
linkState.subscribe(() => linkState.get() === "open" && void queries.invalidateQueries());
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
