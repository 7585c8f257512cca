# SPDX-License-Identifier: Apache-2.0
# What all agents of the demo share: reading the task, asking git, answering in JSON.
# Needs nothing but a POSIX shell, git, awk, sed, sort, wc, grep, find and xargs.
#
# A task arrives as JSON on standard input. Its input names the repository, what to do, and a file that gets a copy of
# the answer, so that agents that build on it (the report) can read it: {"repo", "do", "resultFile", "from"?, ...}.
# The answer is one JSON object: {"headline", "do", "figures": [{"name", "value", "command"}], "list", "markdown"}.
# Only what is committed at HEAD counts, so that every figure can be had again later.

set -u
LC_ALL=C
GIT_OPTIONAL_LOCKS=0
GIT_PAGER=cat
# A user's settings must not change the figures. (Older git ignores these variables.)
GIT_CONFIG_COUNT=4
GIT_CONFIG_KEY_0=color.ui GIT_CONFIG_VALUE_0=false
GIT_CONFIG_KEY_1=log.showSignature GIT_CONFIG_VALUE_1=false
GIT_CONFIG_KEY_2=log.showRoot GIT_CONFIG_VALUE_2=true
GIT_CONFIG_KEY_3=grep.fallbackToNoIndex GIT_CONFIG_VALUE_3=false
export LC_ALL GIT_OPTIONAL_LOCKS GIT_PAGER GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0
export GIT_CONFIG_KEY_1 GIT_CONFIG_VALUE_1 GIT_CONFIG_KEY_2 GIT_CONFIG_VALUE_2 GIT_CONFIG_KEY_3 GIT_CONFIG_VALUE_3

tab=$(printf '\t')
# Names as they are, but for those that even then need quotes (with a quote, backslash or control character in them).
git='git -c core.quotePath=false'

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

# json_string KEY FILE: the first string that KEY has in the JSON of the file, without its escapes. A quoted key inside
# of another string cannot be mistaken for one, because its quotes would be escaped.
json_string() {
    awk -v key="$1" -f "$here/json.awk" "$2"
}

# begin: reads the task, goes to its repository, and makes a place for notes.
begin() {
    # Beside the scripts, where the next demo clears what a killed program left behind.
    tmp=$(mktemp -d "$here/tmp.XXXXXX") || die "cannot make a temporary directory"
    trap 'rm -rf "$tmp"' EXIT
    trap 'exit 143' TERM
    trap 'exit 130' INT
    cat >"$tmp/task"
    repo=$(json_string repo "$tmp/task")
    what=$(json_string do "$tmp/task")
    result=$(json_string resultFile "$tmp/task")
    [ -n "$repo" ] || die "the task's input names no repo"
    cd "$repo" 2>/dev/null || die "cannot enter $repo"
    git rev-parse -q --verify 'HEAD^{commit}' >/dev/null 2>"$tmp/error" || die "no commit in $repo $(cat "$tmp/error")"
    figures=0
    : >"$tmp/md"
    : >"$tmp/list"
}

say() {
    printf '%s\n' "$@" >>"$tmp/md"
}

# figure NAME COMMAND: one number or word, found by the command that is noted beside it; sets $value.
figure() {
    value=$(sh -c "$2" | sed -e 's/^[[:space:]]*//' -e 's/[[:space:]]*$//')
    figures=$((figures + 1))
    printf '%s' "$1" >"$tmp/figure.$figures.name"
    printf '%s' "$value" >"$tmp/figure.$figures.value"
    printf '%s' "$2" >"$tmp/figure.$figures.command"
    say "- $1: **$value**" '' '  ```sh' "$(printf '%s\n' "$2" | sed 's/^/  /')" '  ```'
}

# run COMMAND: its output into $tmp/out, tab-separated.
run() {
    sh -c "$1" >"$tmp/out"
}

# table HEADINGS: shows $tmp/out as a table; the last column, a name, as code.
table() {
    [ -s "$tmp/out" ] || {
        say '' '(none)'
        return 0
    }
    say ''
    awk -v headings="$1" 'BEGIN {
        n = split(headings, h, "|")
        for (i = 1; i <= n; i++) { top = top "| " h[i] " "; line = line (i < n ? "| ---: " : "| --- ") }
        print top "|\n" line "|"
        FS = "\t"
    }
    {
        row = ""
        for (i = 1; i <= n; i++) {
            cell = $i
            gsub(/\|/, "\\|", cell)
            gsub(/</, "\\&lt;", cell)
            if (i == n && cell != "" && $i !~ /[`<]/) cell = "`" cell "`"
            row = row "| " cell " "
        }
        print row "|"
    }' "$tmp/out" >>"$tmp/md"
}

# code COMMAND: notes how to have the table above again.
code() {
    say '' '```sh' "$1" '```'
}

# emit HEADLINE: the answer, on standard output and in the result file, which appears as a whole or not at all.
emit() {
    printf '%s' "$1" >"$tmp/headline"
    i=0
    {
        printf '{"headline":'
        quote "$tmp/headline"
        printf ',"do":"%s","figures":[' "$what"
        while [ "$i" -lt "$figures" ]; do
            i=$((i + 1))
            [ "$i" -eq 1 ] || printf ','
            printf '{"name":'
            quote "$tmp/figure.$i.name"
            printf ',"value":'
            case $(cat "$tmp/figure.$i.value") in
            '' | *[!0-9]* | 0?*) quote "$tmp/figure.$i.value" ;;
            *) cat "$tmp/figure.$i.value" ;;
            esac
            printf ',"command":'
            quote "$tmp/figure.$i.command"
            printf '}'
        done
        printf '],"list":'
        quote "$tmp/list"
        printf ',"markdown":'
        quote "$tmp/md"
        printf '}\n'
    } >"$tmp/answer"
    if [ -n "$result" ]; then
        # Beside its place and then renamed: two attempts at one task may end at the same time.
        cp "$tmp/answer" "$result.$$" && mv -f "$result.$$" "$result" || die "cannot write $result"
    fi
    cat "$tmp/answer"
}

quote() {
    awk -f "$here/quote.awk" "$1" || die "cannot write the answer"
}
