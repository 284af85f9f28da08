import { useView } from "./view.ts";

/** Looks follow the system unless the person chose; the style sheet does the rest by color-scheme. */
export function keepTheme() {
  const apply = () => {
    const { theme } = useView.getState();
    if (theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  };
  apply();
  useView.subscribe(apply);
}
