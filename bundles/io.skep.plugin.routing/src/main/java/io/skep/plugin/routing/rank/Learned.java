// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was learned besides the past tasks themselves, as it is kept. The arrays are not changed once made.
 *
 * @param weights in the order of {@link Feature}
 * @param covariance of the weights
 * @param outcomes that were learned from
 * @param totals tasks and successes, faded
 * @param accounts for each agent tasks, successes, milliseconds, cost in micros, number of times, recent and long-run
 *     outcome, tasks in all
 * @param fits how much closer successes were to the best agent than to all tasks, oldest first; see {@link Fit}
 */
public record Learned(
        double[] weights,
        double[][] covariance,
        long outcomes,
        double[] totals,
        Map<String, double[]> accounts,
        double[] fits) {
    /** What of it holds for vectors of another model. */
    public Learned ofOtherVectors() {
        return new Learned(weights, covariance, outcomes, totals, accounts, new double[0]);
    }

    static Learned of(Learner learner, Experience experience) {
        Map<String, double[]> accounts = new LinkedHashMap<>();
        experience
                .crews()
                .own()
                .forEach((agent, of) -> accounts.put(agent, new double[] {
                    of.tasks, of.successes, of.millis, of.costMicros, of.millisCount, of.recent, of.longRun, of.total
                }));
        return new Learned(
                learner.weights(),
                learner.covariance(),
                learner.outcomes(),
                experience.totals(),
                accounts,
                experience.fit().kept());
    }

    void into(Learner learner, Experience experience) {
        if (weights.length == Feature.COUNT && covariance.length == Feature.COUNT) {
            learner.restore(weights, covariance, outcomes);
        }
        experience.restoreTotals(totals[0], totals[1]);
        experience.fit().restore(fits);
        accounts.forEach((agent, values) -> {
            Account account = experience.crews().own(agent);
            account.tasks = values[0];
            account.successes = values[1];
            account.millis = values[2];
            account.costMicros = values[3];
            account.millisCount = values[4];
            account.measured();
            account.recent = values[5];
            account.longRun = values[6];
            account.total = (long) values[7];
        });
    }
}
