# SPDX-License-Identifier: Apache-2.0
# The program of the recovery benchmark's agents: works for a moment and notices a second one at the same task.
set -u
cat >/dev/null
lock="locks/$SKEP_TASK_ID"

# Whether the process that holds the lock lives; one that has ended and was not waited for does not.
holder_lives() {
    holder=$(cat "$lock/pid" 2>/dev/null) || return 1
    [ -n "$holder" ] && [ "$holder" != "$$" ] && kill -0 "$holder" 2>/dev/null || return 1
    case $(cat "/proc/$holder/stat" 2>/dev/null) in
    *') Z '*) return 1 ;;
    esac
    # Another process may have got its number.
    [ ! -r "/proc/$holder/environ" ] || grep -q "SKEP_TASK_ID=$SKEP_TASK_ID" "/proc/$holder/environ"
}

if ! mkdir "$lock" 2>/dev/null && holder_lives; then
    printf 'task %s attempt %s: pid %s met pid %s\n' "$SKEP_TASK_ID" "$SKEP_TASK_TOKEN" "$$" "$holder" >>violations
fi
printf '%s\n' "$$" >"$lock/pid"
printf '%s %s %s\n' "$SKEP_TASK_ID" "$SKEP_TASK_TOKEN" "$$" >>ledger
# Most are short; some are longer than an outage.
case $(($$ % 20)) in
0) sleep 6 ;;
*) sleep "0.$(($$ % 4))" ;;
esac
rm -rf "$lock"
printf '{"pid": %s}\n' "$$"
