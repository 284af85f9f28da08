import { ArrowUpFromLineIcon, DownloadIcon } from "lucide-react";
import { useCallback, useEffect, useRef, useState, type DragEvent, type KeyboardEvent } from "react";
import type { FileEntry, Volume } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { saveFile } from "../../actions/volume-files.ts";
import { problemOf } from "../../data/problem.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { chooseFiles } from "../../data/transfers.ts";
import { useFiles } from "../../data/volume-files.ts";
import { Button } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { Empty, Note, ProblemNote } from "../../ui/note.tsx";
import { Skeleton } from "../../ui/text.tsx";
import { ConfirmDialog } from "../confirm.tsx";
import { browse, leaveFiles, useBrowsing } from "./browsing.ts";
import { Crumbs } from "./crumbs.tsx";
import { FileList } from "./file-list.tsx";
import { above, crumbsOf, within } from "./paths.ts";
import { replacedBy, Uploads, useUploads } from "./uploads.tsx";

type Props = { server: Server; volume: Volume };

/** What is in a volume, folder by folder. */
export function Files({ server, volume }: Props) {
  const { path, from } = useBrowsing();
  const files = useFiles(server, volume, path);
  const uploads = useUploads(server, volume, path);
  const [asking, setAsking] = useState<File[] | null>(null);
  const [dragged, setDragged] = useState(false);
  const [folders, setFolders] = useState(false);
  const { hasNextPage, isFetching, fetchNextPage, isLoading } = files;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // What had the keyboard is gone: it stays here, also where a folder holds nothing or cannot be read.
    if (document.activeElement === document.body) box.current?.focus({ preventScroll: true });
  }, [path, isLoading]);
  const more = useCallback(() => void (hasNextPage && !isFetching && fetchNextPage()), [hasNextPage, isFetching, fetchNextPage]);
  const entries = files.data?.pages.flatMap((page) => page.entries) ?? [];
  const whole = !hasNextPage;
  const refused = answers(server) ? refusedTo(server, "deployer") : `${server.name} is not connected.`;
  const go = (to: string) => browse(volume.id, to);
  const leave = () => {
    const up = above(path);
    if (up === null) leaveFiles();
    else browse(volume.id, up, crumbsOf(path).at(-1)!.name);
  };
  const key = (event: KeyboardEvent) => {
    if (event.key !== "Backspace" && event.key !== "Escape") return;
    if (event.defaultPrevented || asking || /^(INPUT|TEXTAREA)$/.test((event.target as HTMLElement).tagName)) return;
    event.preventDefault();
    leave();
  };
  const open = ({ name, kind }: FileEntry) => {
    if (kind === "folder") go(within(path, name));
    else if (kind === "file") saveFile(server, volume, within(path, name));
  };
  const bring = (chosen: File[]) => {
    if (chosen.length === 0 || refused !== null) return;
    if (replacedBy(chosen, entries).length > 0 || !whole) setAsking(chosen);
    else uploads.begin(chosen);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setDragged(false);
    const { items } = event.dataTransfer;
    const dropped = [...items].filter(({ kind }) => kind === "file");
    const isFolder = (item: DataTransferItem) => item.webkitGetAsEntry()?.isDirectory === true;
    setFolders(dropped.some(isFolder));
    bring(dropped.filter((item) => !isFolder(item)).flatMap((item) => item.getAsFile() ?? []));
  };
  const over = (event: DragEvent) => {
    if (refused !== null || ![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    setDragged(true);
  };
  return (
    <div ref={box} data-files tabIndex={-1} onKeyDown={key} onDragOver={over} onDragLeave={(event) => !event.currentTarget.contains(event.relatedTarget as Node | null) && setDragged(false)} onDrop={drop} className="relative flex min-h-0 flex-1 flex-col outline-none">
      <header className="flex h-12 shrink-0 items-center gap-1.5 border-b border-line pr-3 pl-3">
        <Crumbs volume={volume} path={path} onGo={go} />
        <Button small kind="quiet" icon={<Icon of={DownloadIcon} size={14} />} refused={refused} onClick={() => saveFile(server, volume, path)}>
          Download all
        </Button>
        <Button small icon={<Icon of={ArrowUpFromLineIcon} size={14} />} refused={refused} onClick={() => void chooseFiles({ multiple: true }).then(bring)}>
          Upload files
        </Button>
      </header>
      <Uploads server={server} volume={volume} uploads={uploads} />
      {folders && (
        <div className="px-5 pt-3">
          <Note actions={<Button small onClick={() => setFolders(false)}>Dismiss</Button>}>Folders are not uploaded; open one and choose what is in it.</Note>
        </div>
      )}
      {files.isError && (
        <div className="p-5">
          <ProblemNote problem={problemOf(files.error)} detail onRetry={() => void files.refetch()} />
        </div>
      )}
      {isLoading && (
        <div aria-busy className="flex flex-col gap-1.5 p-5">
          {[0, 1, 2, 3].map((row) => (
            <Skeleton key={row} className="h-7" />
          ))}
        </div>
      )}
      {files.data && entries.length === 0 && !files.isError && <Empty title="This folder is empty">{refused === null ? "Drop files here, or upload some." : ""}</Empty>}
      {entries.length > 0 && <FileList key={path} entries={entries} first={from} loading={files.isFetchingNextPage} onEnd={more} onOpen={open} onDownload={({ name }) => saveFile(server, volume, within(path, name))} refused={refused} />}
      <div aria-hidden className={classes("pointer-events-none absolute inset-2 flex items-center justify-center rounded-lg border-2 border-dashed border-accent bg-accent-tint font-medium text-accent", !dragged && "hidden")}>
        {`Drop to upload into ${crumbsOf(path).at(-1)?.name ?? volume.name}`}
      </div>
      {asking && (
        <ConfirmDialog
          title={asking.length === 1 ? `Upload ${asking[0]!.name}` : `Upload ${asking.length} files`}
          about={`A file of the same name is replaced as soon as all of the new one has come; the one before cannot be brought back.${whole ? "" : " Not all of this folder is listed yet, so there may be more."}`}
          goes={replacedBy(asking, entries).map((name) => `${name} is replaced`)}
          name={null}
          word="Upload"
          act={async () => uploads.begin(asking)}
          onClose={() => setAsking(null)}
        />
      )}
    </div>
  );
}
