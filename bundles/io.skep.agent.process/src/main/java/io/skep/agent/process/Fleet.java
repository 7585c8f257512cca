// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import io.skep.api.Refusal;
import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.ScalingGroup;
import io.skep.api.agent.ScalingOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The agents {@code ID-1}, {@code ID-2}, … of one file. How many there are is what core knows of them: a start goes on
 * with those that were there and did not drain. Thread-safe.
 */
final class Fleet {
    private static final int MAX_NUMBER_LENGTH = 4;

    private final String id;
    private final ProcessSupervisor supervisor;
    private final Supplier<List<Agent>> all;
    private final SortedSet<Integer> wanted = new TreeSet<>();
    private SettingsReader reader;
    private Instances instances;
    private Settings like;
    private long lastDecision;

    /**
     * Starts with what there is, within its limits.
     *
     * @param all every agent that core knows
     * @throws BadSetting if a value is wrong; then nothing has happened
     */
    Fleet(
            String id,
            ProcessSupervisor supervisor,
            Supplier<List<Agent>> all,
            SettingsReader reader,
            Instances instances)
            throws BadSetting {
        this.id = id;
        this.supervisor = supervisor;
        this.all = all;
        this.reader = reader;
        this.instances = instances;
        this.like = reader.read(1);
        known().forEach((number, agent) -> {
            if (agent.state() != AgentState.DRAINING && number <= instances.max()) {
                wanted.add(number);
            }
        });
        while (wanted.size() < instances.min()) {
            wanted.add(lowestFree());
        }
        claim(List.copyOf(wanted));
    }

    /** The file that it is of. */
    synchronized String source() {
        return reader.source();
    }

    /** Takes other values, for agents that run too. */
    synchronized void change(SettingsReader next, Instances limits) throws BadSetting {
        Settings first = next.read(1);
        reader = next;
        instances = limits;
        like = first;
        claim(List.copyOf(wanted));
        become(Math.max(limits.min(), Math.min(limits.max(), wanted.size())), "its configuration has other limits now");
    }

    /** See {@link io.skep.api.agent.Scaler#scaleTo}. */
    synchronized ScalingGroup scaleTo(ScalingOrder order) throws BadSetting {
        if (order.to() < instances.min() || order.to() > instances.max()) {
            throw Refusal.invalid(
                    "to", "group " + id + " has " + instances.min() + " to " + instances.max() + " agents");
        }
        if (order.decision() > lastDecision) {
            become(order.to(), "decision " + order.decision() + ": " + order.reason());
            lastDecision = order.decision();
        }
        return group();
    }

    /** Lets all of them go. */
    synchronized void release(String reason) {
        wanted.forEach(number -> supervisor.release(name(number), reason));
        wanted.clear();
    }

    /** Ends the programs of all of them; they stay known. */
    synchronized void interrupt() {
        known().keySet().forEach(number -> supervisor.interrupt(name(number)));
    }

    /** As it stands. */
    synchronized ScalingGroup group() {
        return new ScalingGroup(
                id,
                like.spec().skillIds(),
                like.spec().slots(),
                instances.min(),
                instances.max(),
                wanted.size(),
                known().keySet().stream().map(this::name).toList(),
                instances.hourCostMicros());
    }

    private void become(int count, String reason) throws BadSetting {
        Map<Integer, Agent> known = known();
        if (count > wanted.size()) {
            // What still drains has its programs and its place already, and costs as much as a new one.
            List<Integer> more = new ArrayList<>();
            known.keySet().stream()
                    .filter(number -> !wanted.contains(number) && number <= Instances.MAX)
                    .limit(count - (long) wanted.size())
                    .forEach(more::add);
            SortedSet<Integer> taken = new TreeSet<>(wanted);
            taken.addAll(more);
            while (taken.size() < count) {
                int free = lowestFree(taken);
                taken.add(free);
                more.add(free);
            }
            claim(more);
            wanted.addAll(more);
        }
        for (int number : fewest(known, wanted.size() - count)) {
            wanted.remove(number);
            supervisor.release(name(number), reason, instances.drain());
        }
    }

    /** Those with the least to do go first, of equal ones the last. */
    private List<Integer> fewest(Map<Integer, Agent> known, int count) {
        return wanted.stream()
                .sorted(Comparator.<Integer>comparingInt(number ->
                                known.containsKey(number) ? known.get(number).busy() : 0)
                        .thenComparing(Comparator.<Integer>reverseOrder()))
                .limit(Math.max(0, count))
                .toList();
    }

    private void claim(Collection<Integer> numbers) throws BadSetting {
        Map<Integer, Settings> settings = new TreeMap<>();
        for (int number : numbers) {
            settings.put(number, ProcessAgent.prepared(reader.read(number)));
        }
        for (Settings one : settings.values()) {
            supervisor.claim(one, reader.source());
        }
    }

    private Map<Integer, Agent> known() {
        Pattern name = Pattern.compile(Pattern.quote(id) + "-([1-9]\\d{0," + (MAX_NUMBER_LENGTH - 1) + "})");
        Function<Agent, Matcher> match = agent -> name.matcher(agent.id());
        return all.get().stream()
                .filter(Agent::connected)
                .filter(agent -> match.apply(agent).matches())
                .collect(Collectors.toMap(this::number, agent -> agent, (one, same) -> one, TreeMap::new));
    }

    private int number(Agent agent) {
        return Integer.parseInt(agent.id().substring(id.length() + 1));
    }

    private String name(int number) {
        return id + "-" + number;
    }

    private int lowestFree() {
        return lowestFree(wanted);
    }

    private static int lowestFree(SortedSet<Integer> taken) {
        int free = 1;
        while (taken.contains(free)) {
            free++;
        }
        return free;
    }
}
