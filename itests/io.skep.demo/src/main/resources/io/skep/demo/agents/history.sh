# SPDX-License-Identifier: Apache-2.0
# Skill git.history: what the log says of a repository.
here=$(CDPATH= cd -- "$(dirname "$0")" && pwd)
. "$here/lib.sh"
begin

# The window keeps the demo short on repositories with a long history.
window=5000
log="$git log -n $window --format= --name-only --no-renames HEAD"

facts() {
    say '## The repository' ''
    figure 'commits' 'git rev-list --count HEAD'
    commits=$value
    figure 'tracked files' 'git ls-tree -r --name-only HEAD | wc -l'
    files=$value
    figure 'authors' 'git log --format=%aE HEAD | sort -u | wc -l'
    authors=$value
    figure 'first commit' "git log --format=%ad --date=short HEAD | sed -n '\$p'"
    figure 'newest commit' 'git log -n 1 --format=%ad --date=short HEAD'
    figure 'branches' "git branch -a --format='%(refname)' | wc -l"
    figure 'tags' 'git tag | wc -l'
    emit "$commits commits by $authors authors, $files tracked files, newest $(git log -n 1 --format=%ad --date=short HEAD)"
}

churn() {
    counted="($git ls-tree -r --name-only HEAD; echo //; $log) |
awk '\$0 == \"//\" { past = 1; next } !past { exists[\$0]; next } \$0 in exists { n[\$0]++ }
END { for (f in n) print n[f] \"\\t\" f }'"
    command="$counted | sort -k1,1nr -k2 | sed 10q"
    say '## Most changed files' '' "Commits, without merges, that changed a file which still exists; of the newest $window commits."
    run "$command"
    table 'commits|file'
    code "$command"
    top=$(sed -n '1s/^[^	]*	//p' "$tmp/out")
    cp "$tmp/out" "$tmp/list"
    say ''
    figure 'most commits on one file' "$command | awk 'NR == 1 { print \$1 }'"
    commits=$value
    figure 'files changed' "$counted | wc -l"
    emit "${top:-nothing} changed most, in ${commits:-0} commits"
}

authors() {
    command='git shortlog -s -n --no-merges HEAD | sed 10q'
    say '## Who writes' '' 'Commits without merges, by author.'
    run "$command | sed 's/^ *//'"
    table 'commits|author'
    code "$command"
    emit "$(sed -n '1s/^\([0-9]*\)	\(.*\)/\2 wrote most: \1 commits/p' "$tmp/out")"
}

activity() {
    command='git log --format=%ad --date=format:%Y-%m HEAD | sort | uniq -c | tail -n 12'
    say '## Activity' '' 'Commits in each of the last twelve months that had any.'
    run "$command | awk '{ print \$1 \"\\t\" \$2 }'"
    table 'commits|month'
    code "$command"
    emit "$(awk '{ n += $1 } END { print n " commits in the last " NR " active months" }' "$tmp/out")"
}

hotspots() {
    command="($git grep -I -c '' HEAD; echo //; $log) |
awk '\$0 == \"//\" { past = 1; next }
!past { sub(/^HEAD:/, \"\"); n = \$0; sub(/.*:/, \"\", n); sub(/:[0-9]*\$/, \"\"); lines[\$0] = n; next }
\$0 in lines { commits[\$0]++ }
END { for (f in commits) print commits[f] * lines[f] \"\\t\" commits[f] \"\\t\" lines[f] \"\\t\" f }' |
sort -k1,1nr -k4 | sed 15q"
    say '## Hot spots' '' \
        "Commits × lines: large files that change often, where a clean-up pays first; of the newest $window commits."
    run "$command"
    table 'commits × lines|commits|lines|file'
    code "$command"
    cut -f4 "$tmp/out" | grep -v '^"' >"$tmp/list"
    emit "$(sed -n '1s/^\([0-9]*\)	\([0-9]*\)	\([0-9]*\)	\(.*\)/\4: \2 commits × \3 lines/p' "$tmp/out" | grep . || echo 'no text file has changed')"
}

case $what in
facts | churn | authors | activity | hotspots) $what ;;
*) die "unknown work: $what" ;;
esac
