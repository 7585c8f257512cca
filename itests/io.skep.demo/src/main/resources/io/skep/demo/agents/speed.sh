# SPDX-License-Identifier: Apache-2.0
# Skill git.speed: how often in a second git answers a question about this repository, on this machine, now.
# Takes by its nature whole seconds on any repository: the clock of a plain shell has no finer hands.
here=$(CDPATH= cd -- "$(dirname "$0")" && pwd)
. "$here/lib.sh"
begin

seconds=$(json_string seconds "$tmp/task")
case $seconds in [1-9]) ;; *) die "seconds must be 1 to 9" ;; esac

case $what in
log) command='git log -n 100 --format=%H HEAD' ;;
grep) command="git grep -c -I -e main HEAD" ;;
tree) command='git ls-tree -r HEAD' ;;
show) command='git show --stat HEAD' ;;
diff) command='git diff --stat HEAD' ;;
*) die "unknown work: $what" ;;
esac

# Begins at a tick of the clock. The first runs warm the caches.
tick=$(date +%s)
while begun=$(date +%s) && [ "$begun" -le "$tick" ]; do
    $command >/dev/null 2>&1
done
runs=0
while now=$(date +%s) && [ $((now - begun)) -lt "$seconds" ]; do
    $command >/dev/null 2>&1
    runs=$((runs + 1))
done
took=$((now - begun))
rate=$((runs / took))
printf '%s' 'runs per second' >"$tmp/figure.1.name"
printf '%s' "$rate" >"$tmp/figure.1.value"
printf '%s' "time $command" >"$tmp/figure.1.command"
figures=1
say "## Speed of \`$command\`" '' "**$rate** runs a second, with the start of the process and of \`date\` ($runs runs in $took s, while the other agents worked)." '' \
    '```sh' "time $command" '```'
emit "$rate/s: $command"
