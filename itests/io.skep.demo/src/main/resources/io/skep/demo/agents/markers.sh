# SPDX-License-Identifier: Apache-2.0
# Skill text.markers: words that promise work, how old the promises are, and traces of unfinished merges.
here=$(CDPATH= cd -- "$(dirname "$0")" && pwd)
. "$here/lib.sh"
begin

words="'TODO|FIXME|XXX|HACK'"

markers() {
    say '## Markers' '' 'Lines with TODO, FIXME, XXX or HACK as a word.' ''
    figure 'lines with a marker' "git grep -I -h -w -E $words HEAD | wc -l"
    all=$value
    # One blame for each of the first 60 files, of the marked lines only.
    ages="$git grep -I -n --heading -w -E $words HEAD |
awk '/^HEAD:/ { if (f != \"\") print r \"\\t\" f; f = substr(\$0, 6); r = \"\"; next }
{ sub(/:.*/, \"\"); r = r \" -L\" \$0 \",\" \$0 } END { if (f != \"\") print r \"\\t\" f }' |
grep -v '	\"' | sed 60q |
while IFS='	' read -r ranges file; do
  git blame --line-porcelain \$ranges HEAD -- \"\$file\" |
  awk -v f=\"\$file\" -v now=\$(git log -n 1 --format=%ct HEAD) '/^[0-9a-f]+ [0-9]+ [0-9]+/ { line = \$3 }
  /^author-time / { at = \$2 }
  /^\\t/ { sub(/^[\\t ]*/, \"\"); gsub(/\\t/, \" \"); print int((now - at) / 86400) \"\\t\" substr(\$0, 1, 100) \"\\t\" f \":\" line }'
done"
    figure 'stale ones, 180 days or older at the newest commit, in the first 60 files' "$ages | awk -F '\\t' '\$1 >= 180' | wc -l"
    stale=$value
    say '' 'The oldest:'
    run "$ages | sort -k1,1nr -k3 | sed 10q"
    table 'days|line|place'
    code "$ages | sort -k1,1nr | sed 10q"
    emit "$all lines with a marker, $stale stale"
}

conflicts() {
    say '## Left-overs' ''
    figure 'files with merge conflict markers' "git grep -I -l -E '^(<<<<<<<|>>>>>>>) ' HEAD | wc -l"
    left=$value
    figure 'text files with Windows line ends' "git grep -I -l \"\$(printf '\\r')\\\$\" HEAD | wc -l"
    crlf=$value
    figure 'files with spaces at line ends' "git grep -I -l -E '[^ ] +\$' HEAD | wc -l"
    emit "$left files with conflict markers, $crlf with Windows line ends, $value with trailing spaces"
}

case $what in
markers | conflicts) $what ;;
*) die "unknown work: $what" ;;
esac
