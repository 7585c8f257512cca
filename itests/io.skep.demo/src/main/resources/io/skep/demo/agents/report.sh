# SPDX-License-Identifier: Apache-2.0
# Skill report.write: one document from what the other agents found.
here=$(CDPATH= cd -- "$(dirname "$0")" && pwd)
. "$here/lib.sh"
begin

# The results of the tasks that this one depends on are files that their agents wrote.
parts=$(json_string parts "$tmp/task")
results=$(json_string results "$tmp/task")
report=$(json_string report "$tmp/task")
title=$(json_string title "$tmp/task")
[ -n "$report" ] || die "the task's input names no report"

{
    printf '# %s: report\n\n' "$title"
    printf 'Commit `%s` of %s. ' "$(git rev-parse HEAD)" "$(git log -n 1 --format=%ad --date=short HEAD)"
    printf 'Written by agents under `./skep demo` on %s. ' "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
    printf 'Each figure is followed by the command that gives it, to be run at the top of the repository.\n'
} >"$tmp/report"
n=0
for part in $parts; do
    [ -f "$results/$part.json" ] || die "the result of $part is not there"
    {
        printf '\n'
        json_string markdown "$results/$part.json"
        printf '\n'
    } >>"$tmp/report"
    n=$((n + 1))
done
cp "$tmp/report" "$report.$$" && mv -f "$report.$$" "$report" || die "cannot write $report"
lines=$(wc -l <"$report" | tr -d ' ')
printf '%s' 'lines' >"$tmp/figure.1.name"
printf '%s' "$lines" >"$tmp/figure.1.value"
printf '%s' 'wc -l <skep-report.md' >"$tmp/figure.1.command"
figures=1
emit "$n sections, $lines lines"
