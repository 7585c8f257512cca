# SPDX-License-Identifier: Apache-2.0
# Skills code.lines and files.largest: how much there is, and of what.
here=$(CDPATH= cd -- "$(dirname "$0")" && pwd)
. "$here/lib.sh"
begin

languages() {
    say '## Lines by language' '' 'Lines of text files, by the end of their names.' ''
    counts="$git grep -I -c '' HEAD |
awk '{ n = \$0; sub(/.*:/, \"\", n); sub(/:[0-9]*\$/, \"\"); sub(/\"\$/, \"\"); sub(/.*\\//, \"\")
if (!sub(/.*\\./, \"\")) \$0 = \"(none)\"; files[\$0]++; lines[\$0] += n }
END { for (e in lines) print lines[e] \"\\t\" files[e] \"\\t\" e }' | sort -k1,1nr -k3"
    figure 'lines of text' "git grep -I -h -c '' HEAD | awk '{ n += \$1 } END { print n + 0 }'"
    all=$value
    run "$counts"
    awk -F '\t' 'BEGIN {
        n = split("java Java kt Kotlin groovy Groovy scala Scala xml XML yml YAML yaml YAML json JSON md Markdown sh Shell " \
            "py Python js JavaScript mjs JavaScript jsx JavaScript ts TypeScript tsx TypeScript go Go rs Rust c C h C " \
            "cc C++ cpp C++ hpp C++ cs C# rb Ruby php PHP swift Swift sql SQL html HTML css CSS scss SCSS awk AWK " \
            "properties Properties cfg Configuration toml TOML txt Text proto Protobuf gradle Gradle adoc AsciiDoc", w, " ")
        for (i = 1; i < n; i += 2) name[w[i]] = w[i + 1]
    }
    { print $1 "\t" $2 "\t" name[$3] "\t" $3 }' "$tmp/out" >"$tmp/named"
    sed 15q "$tmp/named" >"$tmp/out"
    table 'lines|files|language|ending'
    code "$counts"
    emit "$all lines of text, most of it $(awk -F '\t' 'NR == 1 { print $3 == "" ? $4 : $3; n = 1 } END { if (!n) print "nothing" }' "$tmp/named")"
}

largest() {
    say '## Largest files'
    command="$git ls-tree -r -l HEAD | awk '\$2 == \"blob\"' | sort -k4,4nr | sed 10q |
sed 's/^[^ ]* *[^ ]* *[^ ]* *//'"
    run "$command"
    table 'bytes|file'
    code "$command"
    say ''
    figure 'bytes at HEAD' "git ls-tree -r -l HEAD | awk '\$2 == \"blob\" { n += \$4 } END { printf \"%.0f\\n\", n }'"
    emit "$(sed -n '1s/^\([0-9]*\)	\(.*\)/\2: \1 bytes/p' "$tmp/out" | grep . || echo 'no files')"
}

blobs() {
    say '## Largest files in the history' '' 'Also what is long deleted: everybody who clones has it. Of the newest 5000 commits.'
    command="git rev-list --objects -n 5000 HEAD |
git cat-file --batch-check='%(objecttype) %(objectsize) %(rest)' |
awk '\$1 == \"blob\"' | sort -k2,2nr -k3 | sed 10q"
    run "$command | sed 's/^blob \\([0-9]*\\) /\\1	/'"
    table 'bytes|file'
    code "$command"
    emit "$(sed -n '1s/^\([0-9]*\)	\(.*\)/\2: \1 bytes/p' "$tmp/out" | grep . || echo 'no files')"
}

case $what in
languages | largest | blobs) $what ;;
*) die "unknown work: $what" ;;
esac
