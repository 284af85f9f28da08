import { writeFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import type { Place } from "./walk.ts";

type Shot = Place & { picture: string };

/** All views on one picture: a row for each screen, a column for each data set, size and theme. */
export async function contactSheet(browser: Browser, shots: Shot[], file: string): Promise<void> {
  const columnOf = (shot: Shot) => `${shot.data} ${shot.theme} ${shot.size.width}`;
  const columns = [...new Set(shots.map(columnOf))];
  const rows = [...new Set(shots.map((shot) => shot.screen))];
  const cells = rows.map((row) =>
    columns.map((column) => {
      const shot = shots.find((each) => each.screen === row && columnOf(each) === column);
      return shot ? `<td><img src="${encodeURIComponent(basename(shot.picture))}"></td>` : "<td></td>";
    }),
  );
  const html = `<!doctype html><meta charset="utf-8"><style>
    body{margin:12px;font:11px sans-serif;background:#888} table{border-spacing:4px} th{text-align:left;font-weight:600}
    img{width:200px;display:block} td{vertical-align:top}</style>
    <table><tr><th></th>${columns.map((column) => `<th>${column}</th>`).join("")}</tr>
    ${rows.map((row, index) => `<tr><th>${row}</th>${cells[index]!.join("")}</tr>`).join("")}</table>`;
  // Beside the pictures, because a page from a file may only show files.
  const page = join(dirname(shots[0]!.picture), `sheet-${process.pid}.html`);
  await writeFile(page, html);
  const window = await browser.newPage({ viewport: { width: 224 + columns.length * 206, height: 800 } });
  await window.goto(pathToFileURL(page).href, { waitUntil: "load" });
  await window.screenshot({ path: file, fullPage: true });
  await window.close();
  await rm(page);
}
