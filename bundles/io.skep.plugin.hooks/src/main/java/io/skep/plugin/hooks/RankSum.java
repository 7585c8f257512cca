// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import java.util.Arrays;
import java.util.Comparator;

/** The rank-sum test of Mann and Whitney, by its approximation for samples of twenty or more. */
final class RankSum {
    private RankSum() {}

    private record Ranked(long value, boolean isSecond) {}

    /** How many standard deviations the ranks of the second sample are above those that chance would give it. */
    static double z(long[] first, long[] second) {
        Ranked[] all = new Ranked[first.length + second.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = i < first.length ? new Ranked(first[i], false) : new Ranked(second[i - first.length], true);
        }
        Arrays.sort(all, Comparator.comparingLong(Ranked::value));
        double ranks = 0;
        double ties = 0;
        int begin = 0;
        while (begin < all.length) {
            int end = begin;
            while (end < all.length && all[end].value() == all[begin].value()) {
                end++;
            }
            double rank = (begin + 1 + end) / 2.0;
            for (int i = begin; i < end; i++) {
                ranks += all[i].isSecond() ? rank : 0;
            }
            double tied = end - begin;
            ties += tied * tied * tied - tied;
            begin = end;
        }
        double n = all.length;
        double pairs = (double) first.length * second.length;
        double u = ranks - second.length * (second.length + 1.0) / 2;
        double variance = pairs / 12 * (n + 1 - ties / (n * (n - 1)));
        return variance <= 0 ? 0 : (u - pairs / 2) / Math.sqrt(variance);
    }
}
