// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Everything that outcomes have shown, agent by agent and task by task. Not thread-safe. */
final class Experience {
    /** What a description weighs against successes, in successes. */
    private static final double DESCRIPTION = 1;
    /** A description moves to where tasks are over so many tasks: texts of agents and of tasks differ in kind. */
    private static final double SHIFT = 50;
    /** After so many outcomes an agent's middle counts half as much, as a share of the half-life of all. */
    private static final double MIDDLE = 50;

    /** An agent that does so much worse of late has changed; what was known of it fades quickly. */
    private static final double DROP = 0.3;

    private static final double DOUBT = 0.8;
    private static final double LOG_TWO = Math.log(2);
    private static final int NEAREST = 64;
    private static final double NEAR = 0.3;
    private static final long AVERAGED = 1000;

    private final int dimensions;
    private final double forgetting;
    private final Crews crews = new Crews();
    private final Memory memory;
    private final Geometry geometry;
    private final Fit fit = new Fit();
    private final Vectors middles;
    private double[] offsets = new double[16];
    private double sphere;
    private float[] shift;
    private double tasks;
    private double successes;
    private double logMillis;
    private double logCost;
    private long timed;
    private long version;

    /** Nothing yet, of this version. */
    Experience(int dimensions, Tuning tuning, long version) {
        this.version = version;
        this.dimensions = dimensions;
        this.forgetting = Math.pow(0.5, 1.0 / tuning.halfLife());
        this.memory = new Memory(dimensions, tuning.memory());
        this.geometry = new Geometry(dimensions);
        this.middles = new Vectors(dimensions);
        this.shift = new float[dimensions];
        this.sphere = meanOfDiagonal(geometry.inverses().within(), dimensions);
    }

    /** Grows with everything that is learned. */
    long version() {
        return version;
    }

    Memory memory() {
        return memory;
    }

    Geometry geometry() {
        return geometry;
    }

    Fit fit() {
        return fit;
    }

    Vectors middles() {
        return middles;
    }

    double forgetting() {
        return forgetting;
    }

    Crews crews() {
        return crews;
    }

    /** The share of all tasks that succeeded, one half when nothing is known. */
    double base() {
        return (successes + 1) / (tasks + 2);
    }

    /** A task has ended; of the agent's slot, -1 for none, and whether it is alone there. */
    void ended(Outcome outcome, int slot, boolean alone) {
        version++;
        tasks = tasks * forgetting + 1;
        successes = successes * forgetting + outcome.value();
        float[] given = outcome.vector();
        float[] vector = given != null && given.length == dimensions && dimensions > 0 ? given : null;
        Account own = crews.own(outcome.agent());
        Account together = crews.of(slot, outcome.agent(), alone);
        if (vector != null) {
            contradict(outcome, vector);
            if (outcome.value() > 0.5) {
                geometry.succeeded(vector, together.sum, together.sumCount);
            }
            geometry.saw(vector);
        }
        ended(own, outcome.value(), vector);
        if (together != own) {
            ended(together, outcome.value(), vector);
        }
        memory.add(
                new Past(
                        outcome.task(),
                        outcome.text(),
                        outcome.agent(),
                        outcome.value(),
                        memory.seen(),
                        outcome.atMillis()),
                vector);
    }

    private void ended(Account account, double value, float @Nullable [] vector) {
        account.fade(Math.pow(forgetting, 10));
        account.ended(value);
        if (account.recent < account.longRun - DROP) {
            account.fade(DOUBT);
            account.fadeSum(DOUBT);
        }
        if (vector != null && value > 0.5) {
            account.succeeded(vector, 1 - 1 / (MIDDLE * 10));
        }
    }

    /** Past outcomes of the same agent nearby count less when a new one says otherwise: so it follows changes there. */
    private void contradict(Outcome outcome, float[] vector) {
        Vectors.Nearest nearest = memory.nearest(vector, NEAREST, 4 * NEAREST);
        for (int i = 0; i < nearest.slots().length; i++) {
            Past past = memory.get(nearest.slots()[i]);
            if (past.agent().equals(outcome.agent()) && Math.abs(past.outcome() - outcome.value()) > 0.5) {
                memory.contradicted(nearest.slots()[i], (nearest.products()[i] - NEAR) / (1 - NEAR));
            }
        }
    }

    /** An attempt of an agent took so long and cost so much. */
    void took(String agent, int slot, boolean alone, double millis, double costMicros) {
        Account own = crews.own(agent);
        Account together = crews.of(slot, agent, alone);
        own.took(millis, costMicros);
        if (together != own) {
            together.took(millis, costMicros);
        }
        logMillis += (Math.log(Math.max(1, millis)) - logMillis) / Math.min(++timed, AVERAGED);
        logCost += (Math.log(Math.max(1, costMicros)) - logCost) / Math.min(timed, AVERAGED);
    }

    /** How many times slower the agents of a slot are than the typical one, as a power of two from 0 to 4. */
    double slower(int slot) {
        Account account = crews.of(slot);
        return account == null || account.millisCount == 0 ? 0 : doublings(account.logMillis() - logMillis);
    }

    /** The same for how much dearer they are. */
    double dearer(int slot) {
        Account account = crews.of(slot);
        return account == null || account.millisCount == 0 ? 0 : doublings(account.logCost() - logCost);
    }

    private static double doublings(double logs) {
        return Math.max(0, Math.min(4, logs / LOG_TWO));
    }

    /** Takes a past task over that was learned from before; accounts and weights know of it already. */
    void restore(Past past, float @Nullable [] vector, int slot, boolean alone) {
        version++;
        memory.add(past, vector);
        if (vector != null) {
            if (past.outcome() > 0.5) {
                Account own = crews.own(past.agent());
                Account together = crews.of(slot, past.agent(), alone);
                geometry.succeeded(vector, together.sum, together.sumCount);
                own.succeeded(vector, 1 - 1 / (MIDDLE * 10));
                if (together != own) {
                    together.succeeded(vector, 1 - 1 / (MIDDLE * 10));
                }
            }
            geometry.saw(vector);
        }
    }

    /** Puts the middle of a slot's agents to where their description and successes are. */
    void place(int slot, float @Nullable [] description) {
        if (description == null) {
            middles.remove(slot);
            return;
        }
        Account account = crews.of(slot);
        double count = account == null || account.sum == null ? 0 : account.sumCount;
        float[] middle = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            double sum = account == null || account.sum == null ? 0 : account.sum[i];
            middle[i] = (float) ((DESCRIPTION * (description[i] + shift[i]) + sum) / (DESCRIPTION + count));
        }
        middles.put(slot, middle);
        if (slot >= offsets.length) {
            offsets = Arrays.copyOf(offsets, Math.max(slot + 1, offsets.length * 2));
        }
        offsets[slot] = offset(slot, middle);
    }

    /**
     * Half the squared length of an agent's middle in the shape of tasks. Of a fleet so large that most agents are never
     * looked at it is taken as if tasks had no shape, to within a few percent.
     */
    double offset(int slot) {
        return slot < offsets.length ? offsets[slot] : offset(slot, middles.get(slot));
    }

    private double offset(int slot, float[] middle) {
        float[][] within = geometry.inverses().within();
        if (slot < Vectors.EXACT && geometry.isKnown()) {
            return 0.5 * Matrix.dot(Matrix.times(within, middle), middle);
        }
        return 0.5 * sphere * Matrix.dot(middle, middle);
    }

    private static double meanOfDiagonal(float[][] matrix, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += matrix[i][i];
        }
        return n == 0 ? 0 : sum / n;
    }

    /** Takes a new shape; all middles must be placed anew afterwards. */
    void become(Geometry.Inverses inverses, float[] descriptionsMiddle) {
        version++;
        geometry.become(inverses);
        double share = Math.min(1, geometry.count() / SHIFT);
        for (int i = 0; i < dimensions; i++) {
            shift[i] = (float) (share * (inverses.middle()[i] - descriptionsMiddle[i]));
        }
        sphere = meanOfDiagonal(inverses.within(), dimensions);
    }

    double[] totals() {
        return new double[] {tasks, successes};
    }

    void restoreTotals(double allTasks, double allSuccesses) {
        tasks = allTasks;
        successes = allSuccesses;
    }
}
