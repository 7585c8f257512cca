# SPDX-License-Identifier: Apache-2.0
# Skill git.owners: who knows the code, and where only one does.
here=$(CDPATH= cd -- "$(dirname "$0")" && pwd)
. "$here/lib.sh"
begin

owners() {
    alone="($git ls-tree -r --name-only HEAD; echo //;
$git log -n 5000 --no-merges --no-renames --format=%x09%ct%x09%aE --name-only HEAD) |
awk -F '\\t' '\$0 == \"//\" { past = 1; next }
!past { exists[\$0]; next }
/^\\t/ { at = \$2; who = \$3; if (at > newest) newest = at; if (at > seen[who]) seen[who] = at; next }
!(\$0 in exists) { next }
!(\$0 in by) { by[\$0] = who; next }
by[\$0] != who { several[\$0] }
END { for (f in by) if (!(f in several)) print by[f] \"\\t\" int((newest - seen[by[f]]) / 86400) \"\\t\" f }'"
    say '## Owners at risk' '' \
        'Files that only one person ever changed; at risk where that person has not committed for 90 days before the newest commit. Of the newest 5000 commits, without merges.' ''
    figure 'files with one author' "$alone | wc -l"
    single=$value
    figure 'of these at risk' "$alone | awk -F '\\t' '\$2 >= 90' | wc -l"
    risk=$value
    command="$alone |
awk -F '\\t' '{ n[\$1]++; days[\$1] = \$2 } END { for (a in n) print n[a] \"\\t\" days[a] \"\\t\" a }' |
sort -k1,1nr -k3 | sed 10q"
    run "$command"
    table 'files only theirs|days since their last commit|author'
    code "$command"
    run "$alone | awk -F '\\t' '\$2 >= 90 { print \$2 \"\\t\" \$1 \"\\t\" \$3 }' | sort -k1,1nr -k3 | sed 10q"
    if [ -s "$tmp/out" ]; then
        say '' 'Files at risk, longest without their author first:'
        table 'days|author|file'
    fi
    emit "$single files have one author, $risk of them at risk"
}

# Reads the list of hot spots that another task found, and blames those files line by line.
knowledge() {
    from=$(json_string from "$tmp/task")
    [ -f "$from" ] || die "no result of the task before: $from"
    json_string list "$from" | grep . >"$tmp/files"
    say '## Who knows the hot spots' '' 'Lines of the hot-spot files by the author who last changed them.'
    while IFS= read -r file; do
        # A name that is no UTF-8 did not survive the way through JSON.
        git cat-file -e "HEAD:$file" 2>/dev/null || continue
        git blame --line-porcelain HEAD -- "$file" | sed -n 's/^author-mail <\(.*\)>$/\1/p' |
            awk -v file="$file" '{ n[$0]++; all++ } END { for (a in n) if (n[a] > n[top]) top = a
                if (all) print int(100 * n[top] / all + 0.5) " %\t" top "\t" file }'
    done <"$tmp/files" >"$tmp/out"
    table 'share|author of most lines|file'
    first=$(sed -n 1p "$tmp/files")
    quoted=$(printf '%s' "$first" | sed "s/'/'\\\\''/g")
    [ -z "$first" ] || code "# for instance the first
git blame --line-porcelain HEAD -- '$quoted' | sed -n 's/^author-mail //p' | sort | uniq -c | sort -nr"
    emit "$(awk -F '\t' '{ n[$2]++ } END { for (a in n) if (n[a] > n[top]) top = a
        print NR ? top " knows most of " n[top] " of " NR " hot spots" : "no hot spots" }' "$tmp/out")"
}

case $what in
owners | knowledge) $what ;;
*) die "unknown work: $what" ;;
esac
