// An address of this machine that answers nothing at all, as one of a container that is gone.
import { run } from "../../world/command.ts";
import type { BarContext } from "../frame.ts";

const ADDRESS = "127.213.0.1";

/** Null where the packet filter may not be changed. */
export async function silentAddress({ cleanup }: BarContext): Promise<string | null> {
  if (process.getuid?.() !== 0) return null;
  const table = `aeroplane_bar_hold_${process.pid}`;
  cleanup(() => run(["nft", "delete", "table", "inet", table]).catch(() => {}));
  const rules = `add table inet ${table}; add chain inet ${table} input { type filter hook input priority -300 ; policy accept ; }; add rule inet ${table} input ip daddr ${ADDRESS} drop`;
  try {
    for (const rule of rules.split("; add ")) await run(["nft", rule.startsWith("add ") ? rule : `add ${rule}`]);
    return ADDRESS;
  } catch {
    return null;
  }
}
