import { QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { listenForShortcuts } from "./actions/listen.ts";
import { Shell } from "./app/shell.tsx";
import { keepTheme } from "./app/theme.ts";
import { linkState } from "./link.ts";
import { queries } from "./data/queries.ts";
import { tellWakes } from "./data/wake.ts";
import { TooltipProvider } from "./ui/tooltip.tsx";
import "./styles/index.css";

keepTheme();
// What was asked while the link was away may be old by now.
linkState.subscribe(() => linkState.get() === "open" && void queries.invalidateQueries());
listenForShortcuts();
tellWakes();
createRoot(document.getElementById("root")!).render(
  <QueryClientProvider client={queries}>
    <TooltipProvider delay={500}>
      <Shell />
    </TooltipProvider>
  </QueryClientProvider>,
);
