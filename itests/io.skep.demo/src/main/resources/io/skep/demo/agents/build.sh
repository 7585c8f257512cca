# SPDX-License-Identifier: Apache-2.0
# Skills build.dependencies and test.reports: what is built on, and how the last test run ended.
here=$(CDPATH= cd -- "$(dirname "$0")" && pwd)
. "$here/lib.sh"
begin

# Prints the first 200 files of a name at HEAD as one stream.
all_of() {
    printf '%s' "$git ls-tree -r --name-only HEAD | grep -E '$1' | grep -v '^\"' | sed 200q |
while IFS= read -r f; do git show \"HEAD:\$f\"; echo; done"
}

poms="$(all_of '(^|/)pom\.xml$') |
awk 'BEGIN { RS = \"<\" }
/^!--/ { comment = 1 } comment { if (/-->/) comment = 0; next }
{ tag = \$0; sub(/[ >].*/, \"\", tag); sub(/\\n.*/, \"\", tag); text = \$0; sub(/^[^>]*>/, \"\", text); gsub(/[ \\t\\r\\n]/, \"\", text) }
tag ~ /^(dependencyManagement|plugin|exclusions)\$/ { skip++ }
tag ~ /^\\/(dependencyManagement|plugin|exclusions)\$/ { skip-- }
skip > 0 { next }
tag == \"dependency\" { g = a = \"\"; in_ = 1 }
in_ && tag == \"groupId\" { g = text }
in_ && tag == \"artifactId\" { a = text }
tag == \"/dependency\" { print g \":\" a; in_ = 0 }'"

npm="$(all_of '(^|/)package\.json$') |
awk '{ text = text \$0 \" \" }
END { while (match(text, /\"(dependencies|devDependencies)\"[ \\t]*:[ \\t]*[{][^}]*[}]/)) {
  block = substr(text, RSTART, RLENGTH); text = substr(text, RSTART + RLENGTH)
  sub(/^[^{]*[{]/, \"\", block); n = split(block, entry, \",\")
  for (i = 1; i <= n; i++) if (split(entry[i], q, \"\\\"\") >= 4) print q[2] } }'"

python="$(all_of '(^|/)requirements[^/]*\.txt$') |
sed -n -E 's/^[[:space:]]*([A-Za-z0-9][A-Za-z0-9._-]*).*/\\1/p'"

golang="$(all_of '(^|/)go\.mod$') |
awk '/\\/\\/ *indirect/ { next } /^require *\\(/ { block = 1; next } /^\\)/ { block = 0 }
block && NF >= 2 { print \$1 } /^require [^(]/ { print \$2 }'"

cargo="$(all_of '(^|/)Cargo\.toml$') |
awk '/^\\[/ { block = /^\\[(dev-|build-)?dependencies\\]/; next } block && /=/ { sub(/[ =].*/, \"\"); print }'"

kind() {
    run "$2 | sort | uniq -c | sort -k1,1nr -k2"
    [ -s "$tmp/out" ] || return 0
    n=$(wc -l <"$tmp/out" | tr -d ' ')
    say '' "### $1: $n"
    summary="$summary${summary:+, }$n from $1"
    sed 's/^ *\([0-9]*\) /\1	/' "$tmp/out" | sed 40q >"$tmp/first"
    cp "$tmp/first" "$tmp/out"
    table 'uses|dependency'
    code "$2 | sort | uniq -c | sort -k1,1nr -k2"
    figures=$((figures + 1))
    printf 'direct dependencies, %s' "$1" >"$tmp/figure.$figures.name"
    printf '%s' "$n" >"$tmp/figure.$figures.value"
    printf '%s' "$2 | sort -u | wc -l" >"$tmp/figure.$figures.command"
}

dependencies() {
    summary=''
    say '## Direct dependencies' '' 'As declared, in the first 200 files of each kind.'
    kind 'pom.xml' "$poms"
    kind 'package.json' "$npm"
    kind 'requirements.txt' "$python"
    kind 'go.mod' "$golang"
    kind 'Cargo.toml' "$cargo"
    [ -n "$summary" ] || say '' 'None: there is no file that declares any.' '' '```sh' \
        "git ls-tree -r --name-only HEAD | grep -E '(^|/)(pom\\.xml|package\\.json|requirements[^/]*\\.txt|go\\.mod|Cargo\\.toml)\$'" '```'
    emit "${summary:-none}"
}

reports() {
    say '## Last test run' '' 'From the JUnit reports in the working tree; what is there depends on who built last.'
    found="find . \\( -name .git -o -name .skep -o -name node_modules \\) -prune -o -type f -name 'TEST-*.xml'"
    command="$found -exec grep -h '<testsuite ' {} + |
awk 'function v(name) { return match(\$0, \" \" name \"=\\\"[0-9.,]+\") ? substr(\$0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) : 0 }
{ tests += v(\"tests\"); failures += v(\"failures\"); errors += v(\"errors\"); skipped += v(\"skipped\"); t = v(\"time\"); gsub(/,/, \"\", t); time += t }
END { if (NR) printf \"%d\\t%d\\t%d\\t%d\\t%d\\t%.1f\\n\", NR, tests, failures, errors, skipped, time }'"
    run "$command"
    if [ -s "$tmp/out" ]; then
        headline=$(awk -F '\t' '{ print $2 " tests in " $1 " suites, " $3 + $4 " failed" }' "$tmp/out")
        table 'suites|tests|failures|errors|skipped|seconds'
    else
        headline='no test reports'
        say '' 'None found.'
    fi
    code "$command"
    emit "$headline"
}

case $what in
dependencies | reports) $what ;;
*) die "unknown work: $what" ;;
esac
