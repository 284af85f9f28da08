import { createHash } from "node:crypto";
import { AGENT_UNIT, PLACES } from "../places.ts";
import { partFolder, type WantedPart } from "../plan.ts";

/** Plans of one agent begin alike, so that those that were refused can be found before the parts are at hand. */
export const plansOf = (agent: WantedPart): string => `/opt/aeroplane/upgrade/${partFolder(agent)}.`;

/** Where one upgrade's plan and its outcome lie on the server; named after all that it brings: other parts are another plan. */
export function planFolder(parts: readonly WantedPart[]): string {
  const all = createHash("sha256").update(parts.map(partFolder).sort().join("\n")).digest("hex");
  return `${plansOf(parts.find(({ name }) => name === "agent")!)}${all.slice(0, 12)}`;
}
export const SWITCH_UNIT = "aeroplane-upgrade.service";

/** In /run, so that a reboot in the middle of a trial finds the unit of the agent before it, and nothing else. */
export const TRIAL_FOLDER = `/run/systemd/system/${AGENT_UNIT}.d`;
const TRIAL = `${TRIAL_FOLDER}/50-trial.conf`;
/** Written when a trial begins: what is done at the end of a trial must not be done at the end of the agent before it. */
const TRIED = `${TRIAL_FOLDER}/tried`;
/** A trial that nobody keeps ends itself after so long, whoever else may have died. */
export const TRIAL_SECONDS = 240;
/** A small server that builds starts a program slowly; apps do not notice how long this takes. */
export const GATE_SECONDS = 60;

/**
 * While it lies there the unit runs the new agent on trial. However that ends (crash, deadline, kill), it is taken away
 * first, so that what systemd starts next is what the unit itself says.
 */
export function trialText(command: string): string {
  return [
    "[Service]",
    "ExecStart=",
    `ExecStart=${command} --trial ${TRIAL_SECONDS}`,
    `ExecStartPre=/bin/touch ${TRIED}`,
    `ExecStopPost=-/bin/sh -c '[ -e ${TRIED} ] || exit 0; rm -f ${TRIAL} ${TRIED}; systemctl daemon-reload'`,
    "TimeoutStopSec=5",
    "",
  ].join("\n");
}

/**
 * Runs on the server, apart from any connection: $1 the plan's folder, the rest the words that start the new agent's
 * program. Killed anywhere, it is started again by systemd and goes on from what it finds. The one decision is the rename
 * of the unit; before it everything leads back to the old agent, after it everything leads on to the new one.
 */
export const SWITCH = `
set -u
umask 022
plan=$1; version=$2; socket=$3; shift 3
unit=${PLACES.units}/${AGENT_UNIT}
trial=${TRIAL}
say() { printf '%s\\n' "$1" > "$plan/result.new"; cat >> "$plan/result.new"; sync "$plan/result.new"; mv -T "$plan/result.new" "$plan/result"; }
words() { journalctl --unit ${AGENT_UNIT} --since "@$began" --lines 40 --no-pager --output cat 2>/dev/null | tail -c 4000; }
[ -e "$plan/result" ] && exit 0
[ -e "$plan/began" ] || date +%s > "$plan/began"
began=$(cat "$plan/began")
decided=no; cmp -s "$plan/agent.service" "$unit" && decided=yes

if [ $decided = no ]; then
  mkdir -p ${TRIAL_FOLDER}
  rm -f ${TRIED} ${PLACES.data}/refused.json
  cp "$plan/trial.conf" "$trial.new" && mv -T "$trial.new" "$trial"
  systemctl daemon-reload
  systemctl restart ${AGENT_UNIT}
  if timeout ${GATE_SECONDS + 30} "$@" gate --socket "$socket" --expect "$version" --data-dir ${PLACES.data} --seconds ${GATE_SECONDS} > "$plan/gate" 2>&1; then
    cp -p "$unit" "$unit.previous"
    cp "$plan/agent.service" "$unit.new" && sync "$unit.new" && mv -T "$unit.new" "$unit" && decided=yes
    sync ${PLACES.units}
  fi
  why=$(head -n 1 "$plan/gate" | cut -c1-300)
fi

if [ $decided = yes ]; then
  # Told to stay it goes on without a restart; one that cannot hear it is started anew and comes to the same.
  "$@" commit --data-dir ${PLACES.data} --seconds ${GATE_SECONDS} > "$plan/commit" 2>&1; stays=$?
  rm -f "$trial" ${TRIED}
  systemctl daemon-reload
  [ $stays = 0 ] || systemctl restart ${AGENT_UNIT}
  # The newest parts are kept, and one that was refused and tried again later is not the newest.
  grep -o '${PLACES.parts}/[^/ ]*' "$unit" | sort -u | while read -r used; do touch -c "$used"; done
  words | say kept
else
  # Stopping it takes the trial away; where it has ended by itself that has happened.
  [ -e "$trial" ] && systemctl stop ${AGENT_UNIT}
  [ -e "$trial" ] && rm -f "$trial" ${TRIED} && systemctl daemon-reload
  { printf '%s\\n' "\${why:-it did not answer within ${GATE_SECONDS + 30} s}"; words; } > "$plan/words"
  systemctl start ${AGENT_UNIT}
  say undone < "$plan/words"
fi
`;

/** Started once however often it is asked for; its outcome is a file, so that nobody has to stay connected. */
export const START = `
set -eu
plan=$1; shift
rm -f "$plan/result" "$plan/began"
systemctl reset-failed ${SWITCH_UNIT} 2>/dev/null || true
exec systemd-run --quiet --collect --unit=${SWITCH_UNIT} --property=Restart=on-failure --property=RestartSec=1 --property=StartLimitIntervalSec=0 sh "$plan/switch.sh" "$plan" "$@"
`;

const UNTIL_SWITCHED = `
while :; do
  # Killed, it is started again after a moment: it has not ended.
  case $(systemctl is-active ${SWITCH_UNIT}) in active|activating|reloading|deactivating) sleep 0.2;; *) break;; esac
done`;

/** Waits for a running switch to end; then what this plan came to, if it was tried. */
export const OUTCOME = `${UNTIL_SWITCHED}
cat "$1/result" 2>/dev/null || true
`;

/** Waits likewise; then the folders of the plans that begin so and were undone, one a line. */
export const REFUSED = `${UNTIL_SWITCHED}
for result in "$1"*/result; do
  [ "$(head -n 1 "$result" 2>/dev/null)" = undone ] && dirname "$result"
done
true
`;
