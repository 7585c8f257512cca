# Remembers what it is told in a file of its agent, and answers with what it was told last. Part of ./skep demo.
memory="memory-$SKEP_AGENT_ID.txt"
sleep 0.3
case "$SKEP_TASK_DESCRIPTION" in
    "remember "*)
        echo "${SKEP_TASK_DESCRIPTION#remember }" >> "$memory"
        echo '"remembered"'
        ;;
    *)
        echo "\"$(tail -n 1 "$memory")\""
        ;;
esac
