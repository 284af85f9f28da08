#!/bin/sh
# Keeps the agent of Aeroplane running where there is no systemd. It does not start at boot: the app starts it when it connects.
umask 022
mkdir -p @RUN@
exec 9>@RUN@/supervisor.lock
flock -n 9 || exit 0
echo $$ > @RUN@/supervisor.pid
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
log=@RUN@/agent.log
stop=
trap 'stop=1; kill -TERM "$child" 2>/dev/null' TERM INT
trap '' HUP
while [ -z "$stop" ]; do
  [ "$(stat -c %s "$log" 2>/dev/null || echo 0)" -gt 16777216 ] && mv "$log" "$log.1"
  @COMMAND@ </dev/null >>"$log" 2>&1 9>&- &
  child=$!
  wait "$child"; code=$?
  # A signal ends the wait before the agent has ended.
  while kill -0 "$child" 2>/dev/null; do wait "$child"; code=$?; done
  # It refuses to start and has said what is to be done first.
  [ "$code" = 78 ] && break
  [ -n "$stop" ] || sleep 1
done
rm -f @RUN@/supervisor.pid
