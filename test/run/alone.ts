// Bars whose short form still looks at a time or at a share of the processor, or in which what is slow fails: nothing runs beside them.
export const alone: Readonly<Record<string, string>> = {
  "edge-speed": "sets the speeds of two proxies side by side",
  "first-glance": "tells what the app starts in its first second from what it starts later",
  hold: "sets a start under load beside a quiet one",
  limits: "begins a fork bomb and a memory hog, which take processors and memory from whatever runs beside them",
  logs: "wants lines of two pipes in the order in which they were written, which a busy Docker does not keep",
  "other-apps": "lets visitors be drained for seconds, in which a busy machine does not answer all",
  "private-names": "lets siblings be drained for seconds, in which a busy machine does not answer all",
  "raw-lane": "sets a transfer beside one through ssh",
  replicas: "sets failed requests beside the moments at which instances died",
  "window-cost": "counts what a window is sent in a second, and how often it moves",
  "zero-failed": "lets visitors be drained for seconds, in which a busy machine does not answer all",
  "zero-failed-hard": "lets visitors be drained for seconds, in which a busy machine does not answer all",
};
