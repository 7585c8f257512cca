#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A whole agent in a shell loop: registers, waits for tasks, runs a command for each, and reports.
#
#   SKEP_TOKEN=$(./skep token) docs/examples/pull-agent.sh ID SKILL[,SKILL...] COMMAND [ARGUMENT...]
#
# The command gets the task's description on standard input and in SKEP_DESCRIPTION, and the whole task as JSON in the
# file SKEP_TASK. If the input is a payload, its bytes are in the file SKEP_INPUT_FILE. What it prints is the result, as
# a payload if it is large; an exit status other than 0 is a failure, told by the end of what it
# printed on standard error. It is stopped when the task is canceled or goes to another agent.
#
#   SKEP_URL     the server (http://127.0.0.1:8181)
#   SKEP_TOKEN   the administrator's token; needed only while there is no secret yet
#   SKEP_SECRET  the file that keeps the agent's own token (./ID.secret)
#   SKEP_WAIT    how long one claim waits (30s; at most 60s)
#   SKEP_BEAT    seconds between heartbeats (5)
#   SKEP_TASKS   how many tasks to do before leaving (0: without end)
#
# Needs a POSIX shell and curl.
set -u

if [ $# -lt 3 ]; then
    echo "usage: $0 ID SKILL[,SKILL...] COMMAND [ARGUMENT...]" >&2
    exit 2
fi
id=$1
skills=$2
shift 2

url=${SKEP_URL:-http://127.0.0.1:8181}/api/v1
secret=${SKEP_SECRET:-./$id.secret}
wait=${SKEP_WAIT:-30s}
beat=${SKEP_BEAT:-5}
left=${SKEP_TASKS:-0}

tmp=$(mktemp -d) || exit 1
command_pid=
beat_pid=
leave() {
    for pid in $beat_pid $command_pid; do
        kill "$pid" 2>/dev/null
    done
    rm -rf "$tmp"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# call TOKEN METHOD PATH ANSWER-FILE [BODY-FILE] prints the status, or 000 if there was none.
# The token goes by standard input, since everybody can read a command line.
call() {
    printf 'header = "Authorization: Bearer %s"\n' "$1" |
        curl -s -K - -m 90 -X "$2" -o "$4" -w '%{http_code}' \
            ${5:+-H "Content-Type: application/json" --data-binary "@$5"} "$url$3" || :
}

# transfer OPTIONS... PATH moves a payload, again and again while the server cannot; succeeds when it is there.
transfer() {
    while :; do
        status=$(printf 'header = "Authorization: Bearer %s"\n' "$token" |
            curl -s -K - -m 600 -w '%{http_code}' "$@" || :)
        case $status in
        000 | 429 | 503 | 507) sleep 1 ;;
        200 | 201) return 0 ;;
        *) return 1 ;;
        esac
    done
}

# input prints the hash of the payload that is the task's input, if it is one.
input() {
    sed -n '1{
        s/"input":/\
/
        s/.*\n//
        s/^{"$payload":"sha256:\([0-9a-f]*\)".*/\1/p
    }'
}

# number NAME and string NAME print a member of the JSON on standard input, which is one line; so a line break can mark
# a place in it. What an input holds comes after the members that are asked for here, and quotes within a string are
# escaped, so the first match is the right one.
number() {
    sed -n "1{
        s/\"$1\":\([0-9][0-9]*\).*/\\
\1/
        s/.*\n//p
    }"
}

string() {
    sed -n "1{
        s/\"$1\":\"/\\
/
        t found
        b
        :found
        s/.*\n//
        s/\\\\\\\\/\\
1/g
        s/\\\\\"/\\
2/g
        s/\".*//
        s/\\\\n/\\
3/g
        s/\\\\t/	/g
        s/\n1/\\\\/g
        s/\n2/\"/g
        s/\n3/\\
/g
        p
    }"
}

# quoted prints standard input as a JSON string.
quoted() {
    LC_ALL=C tr -d '\000-\010\013-\037' |
        LC_ALL=C sed 's/\\/\\\\/g; s/"/\\"/g; s/	/\\t/g' |
        LC_ALL=C awk 'BEGIN { printf "\"" } { printf "%s%s", (NR > 1 ? "\\n" : ""), $0 } END { printf "\"" }'
}

register() {
    if [ -z "${SKEP_TOKEN:-}" ]; then
        echo "$0: no secret in $secret, and no SKEP_TOKEN to register with" >&2
        exit 1
    fi
    list=$(printf '%s' "$skills" | sed 's/[^,][^,]*/"&"/g')
    printf '{"skills":[%s],"slots":1}' "$list" >"$tmp/registration"
    status=$(call "$SKEP_TOKEN" PUT "/agents/$id" "$tmp/registered" "$tmp/registration")
    if [ "$status" != 200 ]; then
        echo "$0: registration refused ($status): $(cat "$tmp/registered" 2>/dev/null)" >&2
        exit 1
    fi
    (umask 077 && string secret <"$tmp/registered" >"$secret")
    token=$(cat "$secret")
}

# report WORD tells how the task ended, again and again while the server cannot take it.
report() {
    while :; do
        status=$(call "$token" POST "/tasks/$task/$1" "$tmp/reported" "$tmp/report")
        case $status in
        000 | 429 | 503 | 507) sleep 1 ;;
        200) return 0 ;;
        *)
            echo "$0: $1 of $task refused ($status): $(cat "$tmp/reported" 2>/dev/null)" >&2
            return 1
            ;;
        esac
    done
}

# beats COMMAND-PID keeps both leases, the agent's and the attempt's, while the command runs, and ends the command once
# the attempt is over. A signal to end this that comes before the shell has forgotten its own traps is lost (seen with
# dash): so it also ends by itself, and nobody waits for it.
beats() {
    printf '{"token":%s}' "$attempt" >"$tmp/beat"
    while sleep "$beat" && kill -0 "$1" 2>/dev/null; do
        call "$token" POST "/agents/$id/heartbeat" "$tmp/agent-beat" >/dev/null
        if [ "$(call "$token" POST "/tasks/$task/heartbeat" "$tmp/task-beat" "$tmp/beat")" = 409 ]; then
            kill "$1" 2>/dev/null
            return
        fi
    done
}

work() {
    sed 's/^\[//' "$tmp/claim" >"$tmp/task"
    task=$(string id <"$tmp/task")
    attempt=$(number token <"$tmp/task")
    SKEP_DESCRIPTION=$(string description <"$tmp/task")
    SKEP_TASK=$tmp/task
    export SKEP_DESCRIPTION SKEP_TASK
    printf '%s\n' "$SKEP_DESCRIPTION" >"$tmp/description"
    unset SKEP_INPUT_FILE
    payload=$(input <"$tmp/task")
    if [ -n "$payload" ]; then
        if ! transfer -o "$tmp/input" "$url/payloads/$payload"; then
            failed "the input was refused ($status)" false
            return
        fi
        SKEP_INPUT_FILE=$tmp/input
        export SKEP_INPUT_FILE
    fi
    "$@" <"$tmp/description" >"$tmp/output" 2>"$tmp/errors" &
    command_pid=$!
    beats "$command_pid" >/dev/null 2>&1 &
    beat_pid=$!
    wait "$command_pid"
    ended=$?
    command_pid=
    kill "$beat_pid" 2>/dev/null
    beat_pid=
    if [ "$ended" -ne 0 ]; then
        failed "exit status $ended: $(tail -c 1000 "$tmp/errors")" true
        return
    fi
    quoted <"$tmp/output" >"$tmp/result"
    if [ "$(wc -c <"$tmp/result")" -gt 262144 ] &&
        ! transfer -X POST -T "$tmp/output" -o "$tmp/result" "$url/payloads"; then
        failed "the result was refused ($status): $(cat "$tmp/result")" false
        return
    fi
    printf '{"token":%s,"result":%s}' "$attempt" "$(cat "$tmp/result")" >"$tmp/report"
    report complete
}

# failed REASON RETRYABLE tells that the task failed.
failed() {
    printf '{"token":%s,"error":%s,"retryable":%s}' "$attempt" "$(printf '%s' "$1" | quoted)" "$2" >"$tmp/report"
    report fail
}

if [ -s "$secret" ]; then
    token=$(cat "$secret")
else
    register
fi
while :; do
    status=$(call "$token" POST "/agents/$id/claims?wait=$wait" "$tmp/claim")
    case $status in
    200)
        work "$@"
        left=$((left - 1))
        [ "$left" -eq 0 ] && exit 0
        ;;
    204) ;;
    401 | 404) register ;;
    400 | 403)
        echo "$0: claim refused ($status): $(cat "$tmp/claim")" >&2
        exit 1
        ;;
    *) sleep 1 ;;
    esac
done
