// The page's first script, and a small one: it asks for what is shown first while the window's own script is fetched and read.
import "./early.ts";
import "./styles/index.css";

void import("./window.tsx");
