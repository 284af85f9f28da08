/** Where a tool's lines go: readable text, one line a call, without its line break. */
export type ToolLog = (text: string, stream?: "out" | "err" | "system") => void;
