import * as fs from "node:fs";
import * as files from "node:fs/promises";
import { effect } from "./effect.ts";

/** What changes files, as effects of one adapter: "ADAPTER.rename". For the rest node:fs is asked as ever. */
export function filesOf(adapter: string) {
  const named =
    <A extends unknown[], R>(act: string, change: (...args: A) => R) =>
    (...args: A): R =>
      effect(`${adapter}.${act}`, () => change(...args));
  return {
    appendFile: named("append", files.appendFile),
    chmod: named("chmod", files.chmod),
    chown: named("chown", files.chown),
    copyFile: named("copy", files.copyFile),
    lchown: named("lchown", files.lchown),
    mkdir: named("mkdir", files.mkdir),
    /** For writing: it makes the file where there is none. */
    openToWrite: named("open", files.open),
    rename: named("rename", files.rename),
    rm: named("rm", files.rm),
    symlink: named("symlink", files.symlink),
    truncate: named("truncate", files.truncate),
    writeFile: named("write", files.writeFile),
  };
}

/** As `filesOf`, for what must not be left while it happens. */
export function syncFilesOf(adapter: string) {
  const named =
    <A extends unknown[], R>(act: string, change: (...args: A) => R) =>
    (...args: A): R =>
      effect(`${adapter}.${act}`, () => change(...args));
  return {
    chmodSync: named("chmod", fs.chmodSync),
    chownSync: named("chown", fs.chownSync),
    mkdirSync: named("mkdir", fs.mkdirSync),
    renameSync: named("rename", fs.renameSync),
    rmSync: named("rm", fs.rmSync),
  };
}
