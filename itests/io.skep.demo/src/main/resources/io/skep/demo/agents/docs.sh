# SPDX-License-Identifier: Apache-2.0
# Skill docs.links: is what is written down still there to be read?
here=$(CDPATH= cd -- "$(dirname "$0")" && pwd)
. "$here/lib.sh"
begin

# Inline links and definitions of links, outside of code, that name a place in the repository.
links="($git ls-tree -r -t --name-only HEAD; echo //
$git grep -n --heading -e '](' -e '^ *\\[[^]]*\\]: ' -e '\`\`\`' -e '~~~' HEAD -- '*.md' '*.markdown') |
awk '
function check(t, p, n, i, k, part, path) {
  sub(/^ */, \"\", t); if (sub(/^</, \"\", t)) sub(/>.*/, \"\", t); else sub(/ .*/, \"\", t)
  sub(/[?#].*/, \"\", t); gsub(/%20/, \" \", t)
  if (t == \"\" || t ~ /^[a-zA-Z][a-zA-Z0-9+.-]*:/ || t ~ /^\\/\\// || t ~ /[{}\$*%]/) return
  n = split(t ~ /^\\// || dir == \"\" ? t : dir \"/\" t, part, \"/\"); k = 0
  for (i = 1; i <= n; i++) {
    if (part[i] == \"\" || part[i] == \".\") continue
    if (part[i] == \"..\") { if (--k < 0) return; continue }
    p[++k] = part[i]
  }
  path = \"\"; for (i = 1; i <= k; i++) path = path (i > 1 ? \"/\" : \"\") p[i]
  print (k == 0 || path in exists ? \"ok\" : \"dead\") \"\\t\" t \"\\t\" file \":\" line
}
\$0 == \"//\" { past = 1; next }
!past { exists[\$0]; next }
/^HEAD:/ { file = substr(\$0, 6); dir = file; if (!sub(/\\/[^\\/]*\$/, \"\", dir)) dir = \"\"; fence = 0; next }
{ line = \$0; sub(/[:=-].*/, \"\", line); sub(/^[0-9]+[:=-]/, \"\") }
/^ *(\`\`\`|~~~)/ { fence = !fence; next }
fence { next }
{ gsub(/\`[^\`]*\`/, \"\") }
/^ *\\[[^]]*\\]: / { t = \$0; sub(/^ *\\[[^]]*\\]: */, \"\", t); check(t); next }
{ while (match(\$0, /\\]\\([^()]*(\\([^()]*\\)[^()]*)*\\)/)) {
  t = substr(\$0, RSTART + 2, RLENGTH - 3); \$0 = substr(\$0, RSTART + RLENGTH); check(t) } }'"

links() {
    say '## Dead links' '' 'Links in Markdown to files that are not in the repository. A link that leaves it is not judged.' ''
    figure 'links looked at' "$links | wc -l"
    all=$value
    # The program is long enough to be shown once.
    run "$links | grep '^dead' | sort -k3"
    dead=$(wc -l <"$tmp/out" | tr -d ' ')
    say '' "Of these dead (\`| grep '^dead'\` behind the command above): **$dead**"
    figures=$((figures + 1))
    printf 'dead links' >"$tmp/figure.$figures.name"
    printf '%s' "$dead" >"$tmp/figure.$figures.value"
    printf '%s' "$links | grep '^dead' | wc -l" >"$tmp/figure.$figures.command"
    sed 20q "$tmp/out" | sed 's/^dead	//' >"$tmp/first"
    cp "$tmp/first" "$tmp/out"
    [ "$dead" = 0 ] || table 'link|place'
    emit "$dead of $all links are dead"
}

documents() {
    say '## Documents' ''
    figure 'Markdown files' "git ls-tree -r --name-only HEAD | grep -c -i -E '\\.(md|markdown)\"?\$'"
    all=$value
    # A gate sends an answer with one figure back.
    grep -q '"feedback":\[' "$tmp/task" &&
        figure 'lines in them' "git grep -I -c -e '' HEAD -- '*.md' '*.markdown' | awk -F: '{ n += \$NF } END { print n + 0 }'"
    command="$git ls-tree --name-only HEAD |
grep -i -E '^(readme|licen[sc]e|copying|contributing|changelog|changes|security|code_of_conduct|codeowners)'"
    run "$command"
    table 'at the top'
    code "$command"
    emit "$all Markdown files, at the top: $(awk '{ printf "%s%s", (NR > 1 ? " " : ""), $0 } END { if (!NR) printf "none" }' "$tmp/out")"
}

case $what in
links | documents) $what ;;
*) die "unknown work: $what" ;;
esac
