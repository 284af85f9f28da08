import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { note } from "../log/note.ts";

/** Perl is on every Debian and Ubuntu (essential package) and the only thing there that can make this system call. */
const PERL = "/usr/bin/perl";
/** pidfd_open, then process_madvise(MADV_PAGEOUT) for every read-only mapping of a file; the numbers hold on x64 and arm64. */
const PAGE_OUT = `
  my $fd = syscall(434, $ARGV[0] + 0, 0); exit 1 if $fd < 0;
  open my $maps, "<", "/proc/$ARGV[0]/maps" or exit 1;
  while (<$maps>) {
    next unless /^([0-9a-f]+)-([0-9a-f]+) r-.p \\S+ \\S+ [1-9]/;
    my $range = pack("QQ", hex($1), hex($2) - hex($1));
    syscall(440, $fd, $range, 1, 21, 0);
  }`;

const FIRST_MS = 20_000;
const EVERY_MS = 5 * 60_000;
const WORTH_BYTES = 58 * 1024 ** 2;

/**
 * Hands back the pages of Node's own file that only starting needed: half of what is resident, 20 MB that a small
 * server has better use for. What is needed again is read again. Without root or Perl nothing happens.
 */
export function keepSmall(busy: () => boolean): () => void {
  if (process.getuid?.() !== 0 || !existsSync(PERL)) return () => {};
  const look = () => {
    if (busy() || process.memoryUsage.rss() < WORTH_BYTES) return;
    execFile(PERL, ["-e", PAGE_OUT, String(process.pid)], { timeout: 10_000, env: {} }, (error) => {
      if (error) note("pages not handed back", { detail: error.message });
    });
  };
  const first = setTimeout(look, FIRST_MS).unref();
  const later = setInterval(look, EVERY_MS).unref();
  return () => {
    clearTimeout(first);
    clearInterval(later);
  };
}
