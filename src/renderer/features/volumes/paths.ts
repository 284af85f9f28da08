/** A volume's own folder. */
export const ROOT = "";

export const within = (folder: string, name: string): string => (folder === ROOT ? name : `${folder}/${name}`);

/** The folder around one; null: it is the outermost. */
export function above(path: string): string | null {
  if (path === ROOT) return null;
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** The folders on the way to one, itself last; the volume's own is left out. */
export function crumbsOf(path: string): { name: string; path: string }[] {
  const names = path.split("/").filter(Boolean);
  return names.map((name, index) => ({ name, path: names.slice(0, index + 1).join("/") }));
}

/** A name of a file of this computer as the agent writes names: what would read as one of its escaped bytes is escaped. */
export const asWritten = (name: string): string => name.replaceAll(/\\(?=x[0-9a-f]{2})/g, "\\x5c");
